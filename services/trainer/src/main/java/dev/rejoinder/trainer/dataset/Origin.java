package dev.rejoinder.trainer.dataset;

/** How a pair came about. */
public enum Origin {
    /** After a complaint the user asked again and was satisfied. */
    NATURAL_RETRY,
    /** The policy told the user's preference wrote the chosen reply. */
    ON_POLICY,
    /** Best and worst of several samples by FLR. */
    BEST_OF_N,
    /** It stood in a file, which says no more. */
    FILE
}
