package dev.rejoinder.lm.store;

import org.jspecify.annotations.Nullable;

/** A model that is not here and cannot be had: one line, what was tried and what to do. */
public final class ModelUnavailableException extends RuntimeException {
    public ModelUnavailableException(String message) {
        super(message);
    }

    public ModelUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
