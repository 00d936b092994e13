package dev.rejoinder.signals.detect;

/** One label with three outcomes: unknown is not false. */
public enum Verdict {
    /** Present, with enough confidence to act on. */
    YES,
    /** Absent, with enough confidence to act on. */
    NO,
    /** Neither is sure. */
    UNSURE
}
