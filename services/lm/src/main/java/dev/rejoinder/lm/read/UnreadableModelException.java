package dev.rejoinder.lm.read;

import org.jspecify.annotations.Nullable;

/**
 * A model or adapter that must not be served: the message names the file, what is wrong with it,
 * and what to do.
 */
public final class UnreadableModelException extends RuntimeException {
    public UnreadableModelException(String message) {
        super(message);
    }

    public UnreadableModelException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
