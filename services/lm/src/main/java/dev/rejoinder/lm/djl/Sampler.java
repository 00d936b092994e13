package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.generate.Constraint;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.Truncation;
import java.util.Arrays;
import java.util.BitSet;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Draws one request's tokens by inverse distribution, with a random stream of its own. */
final class Sampler implements Draws.Source {
    private static final int PART = 512;

    private static final double COLDEST = 1e-4;

    private final Sampling sampling;
    private final LogitShift shift;
    private final Constraint.@Nullable Guide guide;
    private final SplittableRandom random;

    Sampler(GenerationRequest request) {
        this.sampling = request.sampling();
        this.shift = new LogitShift(sampling, request.prompt());
        Constraint constraint = request.constraint();
        this.guide = constraint == null ? null : constraint.begin();
        this.random = new SplittableRandom(sampling.seed());
    }

    /** Below {@link #COLDEST} a logit's last bit outweighs any chance that others have. */
    boolean greedy() {
        return sampling.temperature() < COLDEST;
    }

    /** Whether the logits are wanted by {@link #choose}, because something changes them. */
    boolean changesLogits() {
        return guide != null || !shift.isNone();
    }

    /** What logits are divided by; greedy rows do not use their probabilities. */
    @Override
    public float temperature() {
        return greedy() ? 1 : (float) sampling.temperature();
    }

    @Override
    public Truncation truncation() {
        return sampling.truncation();
    }

    @Override
    public double uniform() {
        return random.nextDouble();
    }

    int topLogProbs() {
        return sampling.topLogProbs();
    }

    /** The reply has one token more. */
    void wrote(int token) {
        shift.wrote(token);
        if (guide != null) guide.wrote(token);
    }

    /**
     * The next token where {@link #changesLogits()}.
     *
     * @param logits of every token, the model's own; overwritten
     */
    int choose(float[] logits) {
        shift.apply(logits);
        if (guide != null) forbid(logits, guide.allowed());
        int likeliest = argmax(logits);
        if (greedy()) return likeliest;
        float most = logits[likeliest];
        for (int i = 0; i < logits.length; i++)
            logits[i] = (float) Math.exp((logits[i] - most) / temperature());
        return draw(logits);
    }

    private static void forbid(float[] logits, BitSet allowed) {
        for (int i = allowed.nextClearBit(0); i < logits.length; i = allowed.nextClearBit(i + 1))
            logits[i] = Float.NEGATIVE_INFINITY;
    }

    private static int argmax(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
        return best;
    }

    /**
     * @param probabilities at this request's temperature, for every token; any multiple of them
     */
    int draw(float[] probabilities) {
        return sampling.truncation().isNone()
                ? drawFrom(probabilities)
                : drawFromLikeliest(probabilities);
    }

    /** In four sums side by side: one would wait for each of its additions. */
    private static double sum(float[] values) {
        return sum(values, 0, values.length);
    }

    private static double sum(float[] values, int from, int to) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = from;
        for (; i + 3 < to; i += 4) {
            a += values[i];
            b += values[i + 1];
            c += values[i + 2];
            d += values[i + 3];
        }
        for (; i < to; i++) a += values[i];
        return a + b + (c + d);
    }

    /** Finds the part of the vocabulary first, then the token in it. */
    private int drawFrom(float[] probabilities) {
        double[] parts = new double[(probabilities.length + PART - 1) / PART];
        double total = 0;
        for (int p = 0; p < parts.length; p++) {
            int from = p * PART;
            parts[p] = sum(probabilities, from, Math.min(from + PART, probabilities.length));
            total += parts[p];
        }
        double left = random.nextDouble() * total;
        int part = 0;
        while (part < parts.length - 1 && left >= parts[part]) left -= parts[part++];
        int last = -1;
        for (int i = part * PART; i < probabilities.length; i++) {
            if (probabilities[i] <= 0) continue;
            left -= probabilities[i];
            last = i;
            if (left < 0) return i;
        }
        return last < 0 ? argmax(probabilities) : last;
    }

    private int drawFromLikeliest(float[] probabilities) {
        Truncation truncation = sampling.truncation();
        boolean all = truncation.topK() == 0 || truncation.topK() >= probabilities.length;
        double whole = sum(probabilities);
        long[] rising =
                all ? above(probabilities, whole) : largest(probabilities, truncation.topK());
        int end = rising.length;
        if (!all) whole = Arrays.stream(rising).mapToDouble(Sampler::probability).sum();
        double wanted = truncation.topP() * whole;
        double least = truncation.minP() * probability(rising[end - 1]);
        double mass = 0;
        int first = end;
        while (first > 0 && mass < wanted) {
            float next = probability(rising[first - 1]);
            if (next <= 0 || next < least) break;
            mass += next;
            first--;
        }
        double left = random.nextDouble() * mass;
        for (int i = end - 1; i > first; i--) {
            left -= probability(rising[i]);
            if (left < 0) return token(rising[i]);
        }
        return token(rising[first]);
    }

    /**
     * Those that may be drawn, few of many, so that only these are sorted. Tokens below {@code (1 -
     * p) / vocabulary} together weigh less than {@code 1 - p}: none of them belongs to the nucleus.
     */
    private long[] above(float[] probabilities, double whole) {
        Truncation truncation = sampling.truncation();
        double floor =
                Math.max(
                        (1 - truncation.topP()) * whole / probabilities.length,
                        truncation.minP() * probabilities[argmax(probabilities)]);
        long[] candidates = new long[probabilities.length];
        int n = 0;
        for (int i = 0; i < probabilities.length; i++)
            if (probabilities[i] >= floor) candidates[n++] = candidate(probabilities[i], i);
        Arrays.sort(candidates, 0, n);
        return Arrays.copyOf(candidates, n);
    }

    /** Tokens of the largest logits, falling; of equals the smaller token first. */
    static int[] likeliest(float[] logits, int count) {
        long[] rising = largest(logits, Math.min(count, logits.length));
        int[] falling = new int[rising.length];
        for (int i = 0; i < falling.length; i++) falling[i] = token(rising[rising.length - 1 - i]);
        return falling;
    }

    private static long[] largest(float[] probabilities, int count) {
        PriorityQueue<Long> kept = new PriorityQueue<>(count + 1);
        long least = Long.MIN_VALUE;
        for (int i = 0; i < probabilities.length; i++) {
            long candidate = candidate(probabilities[i], i);
            if (candidate <= least) continue;
            kept.add(candidate);
            if (kept.size() > count) kept.poll();
            if (kept.size() == count) least = kept.peek();
        }
        return kept.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    /**
     * Floats sort as their bits do, negative ones once all but the sign is turned over; ties go to
     * the smaller token, as in an argmax.
     */
    private static long candidate(float value, int token) {
        int bits = Float.floatToIntBits(value);
        return (long) (bits ^ bits >> 31 & Integer.MAX_VALUE) << 32 | ~token & 0xffffffffL;
    }

    /** Of a candidate that is no negative number. */
    private static float probability(long candidate) {
        return Float.intBitsToFloat((int) (candidate >>> 32));
    }

    private static int token(long candidate) {
        return ~(int) candidate;
    }
}
