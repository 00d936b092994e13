package dev.rejoinder.standalone.platform;

/**
 * Something of the machine or the user's making that stops a command: one line that says what, and
 * what to do about it. The command ends with exit code 1.
 */
public final class CannotGoOn extends RuntimeException {
    public CannotGoOn(String line) {
        super(line);
    }

    public CannotGoOn(String line, Throwable cause) {
        super(line, cause);
    }
}
