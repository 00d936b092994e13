package dev.rejoinder.trainer.run;

/** Why a run began. */
public enum Cause {
    /** Enough new pairs, and no more of them for a while. */
    PAIRS,
    /** Enough time and at least some new pairs. */
    TIME,
    /** Somebody asked. */
    COMMAND
}
