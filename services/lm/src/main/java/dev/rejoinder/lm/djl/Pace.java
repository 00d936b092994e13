package dev.rejoinder.lm.djl;

import java.util.HashMap;
import java.util.Map;

/**
 * How many prompt tokens a step may read while other rows decode: as many as keep it under {@link
 * #MOST} times what the same rows take alone, by what steps have taken so far. A long prompt then
 * slows the others' tokens down and never stops them.
 */
final class Pace {
    /** Of the time of a step without prompts. */
    private static final double MOST = 1.6;

    /** A step without prompts is looked at again after so many with, as rows grow longer. */
    private static final int STEPS_BETWEEN = 32;

    private static final double SMOOTHING = 0.3;

    private final int mostTokens;
    private final Map<Integer, Double> quietNanos = new HashMap<>();
    private double tokens;
    private int stepsWithPrompts;

    /**
     * @param mostTokens of prompts in any step
     */
    Pace(int mostTokens) {
        this.mostTokens = mostTokens;
        this.tokens = 4;
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
        double extra = Math.max(nanos - quiet, 1) / prompts;
        double fitting = (MOST - 1) * quiet / extra;
        tokens += SMOOTHING * (Math.min(fitting, 2 * tokens) - tokens);
        tokens = Math.clamp(tokens, 1, mostTokens);
    }
}
