package dev.rejoinder.lm.generate;

/** Why a reply ended. */
public enum FinishReason {
    /** The model ended its turn, or a stop text was found. */
    STOP,
    /** {@code maxTokens} was reached. */
    LENGTH,
    /** The caller went away. */
    CANCELLED,
    /** The engine failed; the sink got the error. */
    ERROR
}
