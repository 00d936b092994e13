package dev.rejoinder.standalone.pipe;

/** A line that cannot be answered: the message says what is wrong with it and what is allowed. */
public final class BadLine extends RuntimeException {
    public BadLine(String message) {
        super(message);
    }
}
