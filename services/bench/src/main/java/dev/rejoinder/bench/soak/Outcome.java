package dev.rejoinder.bench.soak;

import java.util.Locale;

/** How a request ended, and for one that was given up where it was then. */
public enum Outcome {
    FINISHED,
    CANCELLED_WAITING,
    CANCELLED_READING,
    CANCELLED_DECODING,
    FAILED;

    /** As reports name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
