package dev.rejoinder.lm.djl;

import java.util.HashMap;
import java.util.Map;

/**
 * How many prompt tokens a step may read while other rows decode: as many as keep it under {@link
 * #MOST} times what the same rows take alone. A long prompt then slows the others' tokens down and
 * never stops them. Found by trying: a little more after a step that was short enough, less after
 * one that was not. What a token costs is not asked for, as the first of a step costs as much as
 * dozens after it.
 */
final class Pace {
    /** Of the time of a step without prompts. */
    private static final double MOST = 1.6;

    /** A step without prompts is looked at again after so many with, as rows grow longer. */
    private static final int STEPS_BETWEEN = 32;

    private static final double SMOOTHING = 0.3;
    private static final double MORE = 1.1;
    private static final double LESS = 0.8;
    private static final int FIRST = 4;

    private final int mostTokens;
    private final Map<Integer, Double> quietNanos = new HashMap<>();
    private double tokens;
    private int stepsWithPrompts;

    /**
     * @param mostTokens of prompts in any step
     */
    Pace(int mostTokens) {
        this.mostTokens = mostTokens;
        this.tokens = FIRST;
    }

    /**
     * Prompt tokens that the next step may read.
     *
     * @param decoding rows that decode beside them
     */
    int promptTokens(int decoding) {
        if (decoding == 0) return mostTokens;
        if (!quietNanos.containsKey(decoding) || stepsWithPrompts >= STEPS_BETWEEN) return 0;
        return (int) tokens;
    }

    /**
     * A step has been made.
     *
     * @param decoding rows that decoded
     * @param prompts tokens that were read of prompts
     */
    void made(int decoding, int prompts, long nanos) {
        if (decoding == 0) return;
        if (prompts == 0) {
            quietNanos.merge(decoding, (double) nanos, (old, now) -> old + SMOOTHING * (now - old));
            stepsWithPrompts = 0;
            return;
        }
        stepsWithPrompts++;
        double quiet = quietNanos.getOrDefault(decoding, (double) nanos);
        if (nanos > MOST * quiet) tokens = LESS * prompts;
        else if (prompts >= (int) tokens) tokens *= MORE;
        tokens = Math.clamp(tokens, 1, mostTokens);
    }
}
