package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.generate.Sampling;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws tokens by inverse distribution, with a random stream of the request's own. */
final class Sampler {
    private final Sampling sampling;
    private final SplittableRandom random;

    Sampler(Sampling sampling) {
        this.sampling = sampling;
        this.random = new SplittableRandom(sampling.seed());
    }

    boolean greedy() {
        return sampling.temperature() == 0;
    }

    /** What logits are divided by; greedy rows do not use their probabilities. */
    float temperature() {
        return greedy() ? 1 : (float) sampling.temperature();
    }

    int topLogProbs() {
        return sampling.topLogProbs();
    }

    /**
     * @param probabilities at this request's temperature, for every token
     */
    int draw(float[] probabilities) {
        return sampling.topP() < 1
                ? drawFromNucleus(probabilities)
                : drawFrom(probabilities, sum(probabilities));
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float v : values) sum += v;
        return sum;
    }

    private int drawFrom(float[] probabilities, double total) {
        double left = random.nextDouble() * total;
        int last = 0;
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i] <= 0) continue;
            left -= probabilities[i];
            last = i;
            if (left < 0) return i;
        }
        return last;
    }

    /**
     * Nucleus sampling (Holtzman et al. 2020): the fewest likeliest tokens whose mass reaches
     * top-p. Tokens below {@code (1 - p) / vocabulary} together weigh less than {@code 1 - p}, so
     * none of them belongs to it, and only the others are sorted.
     */
    private int drawFromNucleus(float[] probabilities) {
        double floor = (1 - sampling.topP()) / probabilities.length;
        long[] candidates = new long[probabilities.length];
        int n = 0;
        for (int i = 0; i < probabilities.length; i++)
            if (probabilities[i] >= floor)
                candidates[n++] =
                        (long) Float.floatToIntBits(probabilities[i]) << 32 | ~i & 0xffffffffL;
        Arrays.sort(candidates, 0, n);
        double wanted = sampling.topP() * sum(probabilities);
        double mass = 0;
        int first = n;
        while (first > 0 && mass < wanted) mass += probability(candidates[--first]);
        double left = random.nextDouble() * mass;
        for (int i = n - 1; i > first; i--) {
            left -= probability(candidates[i]);
            if (left < 0) return token(candidates[i]);
        }
        return token(candidates[first]);
    }

    /** Positive floats sort as their bits do; ties go to the smaller token, as in an argmax. */
    private static float probability(long candidate) {
        return Float.intBitsToFloat((int) (candidate >>> 32));
    }

    private static int token(long candidate) {
        return ~(int) candidate;
    }
}
