package dev.rejoinder.lm.store;

/** A model that is not here and cannot be had: one line, what was tried and what to do. */
public final class ModelUnavailableException extends RuntimeException {
    public ModelUnavailableException(String message) {
        super(message);
    }

    public ModelUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
