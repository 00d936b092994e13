package dev.rejoinder.lm.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Log-probabilities of tokens after final hidden states, and how they change with them, by a {@link
 * Gemm}. The vocabulary is read a tile at a time with a running sum of exponentials (Milakov and
 * Gimelshein 2018, algorithm 3), so that no logit ever leaves the caches. Hidden states and
 * probabilities are rounded to the format of the head; logits and sums are float32. Not
 * thread-safe.
 */
public final class FusedHead implements AutoCloseable {
    /** States at a time: with a tile of their logits they fill half of a core's second cache. */
    static final int ROWS = 256;

    private static final long CACHE_LINE = 64;

    private final Gemm gemm;
    private final Matrix head;
    private final Team team;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment states;
    private final VocabularyPart[] parts;

    /**
     * @param head {@code [vocabulary, hidden]}, float32 or bfloat16
     * @param team that shares the vocabulary; the caller closes it
     */
    public FusedHead(Gemm gemm, Matrix head, Team team) {
        int threads = team.threads();
        if (head.format() == Format.INT8)
            throw new IllegalArgumentException("a head of bytes has no native product");
        this.gemm = gemm;
        this.head = head;
        this.team = team;
        this.states = memory(arena, (long) ROWS * head.width() * head.format().bytes());
        this.parts = new VocabularyPart[threads];
        for (int t = 0; t < threads; t++) {
            int from = (int) ((long) head.height() * t / threads);
            int to = (int) ((long) head.height() * (t + 1) / threads);
            parts[t] = new VocabularyPart(gemm, head, from, to, arena);
        }
    }

    /** Without a scope to check at every access: the arena outlives every pass. */
    static MemorySegment memory(Arena arena, long bytes) {
        long address = arena.allocate(bytes, CACHE_LINE).address();
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /**
     * @param hidden {@code [states, hidden]}
     * @param rows which state predicts each target, rising
     * @param gradients filled with {@code [targets, hidden]}, the derivatives by the state; null if
     *     nobody asks for them
     * @return a log-probability for each target; not finite where its state is not
     */
    public float[] logProbs(
            float[] hidden, int[] rows, long[] targets, float @Nullable [] gradients) {
        float[] result = new float[targets.length];
        team.wake();
        try {
            int end;
            for (int at = 0; at < targets.length; at = end) {
                int first = rows[at];
                end = at;
                while (end < targets.length && rows[end] < first + ROWS) end++;
                int count = rows[end - 1] + 1 - first;
                var asked = new Asked(rows, targets, first, at, end);
                read(hidden, first, count, asked, gradients != null);
                for (int i = at; i < end; i++) result[i] = asked.logit(i) - logSum(rows[i] - first);
                if (gradients != null)
                    for (int i = at; i < end; i++)
                        gradient(rows[i] - first, (int) targets[i], gradients, i * head.width());
            }
        } finally {
            team.rest();
        }
        return result;
    }

    /** Targets {@code [at, end)}, whose states begin at {@code first}, and their logits. */
    static final class Asked {
        final int[] rows;
        final long[] targets;
        final int first;
        final int at;
        final int end;
        private final float[] logits;

        Asked(int[] rows, long[] targets, int first, int at, int end) {
            this.rows = rows;
            this.targets = targets;
            this.first = first;
            this.at = at;
            this.end = end;
            this.logits = new float[end - at];
        }

        float logit(int target) {
            return logits[target - at];
        }

        /** Every target is one part's only. */
        void found(int target, float logit) {
            logits[target - at] = logit;
        }
    }

    private void read(float[] hidden, int first, int count, Asked asked, boolean gradients) {
        int width = head.width();
        Numbers.put(head.format(), hidden, first * width, count * width, states, 0);
        team.run(
                parts.length,
                parts.length,
                (from, to) -> {
                    for (int p = from; p < to; p++) parts[p].read(states, count, asked, gradients);
                });
    }

    /** Of all parts: {@code log sum_v exp(logit_v)}. */
    private float logSum(int row) {
        float most = most(row);
        double sum = 0;
        for (VocabularyPart part : parts)
            sum += part.sum(row) * Math.exp((double) part.most(row) - most);
        return (float) (most + Math.log(sum));
    }

    private float most(int row) {
        float most = Float.NEGATIVE_INFINITY;
        for (VocabularyPart part : parts) most = Math.max(most, part.most(row));
        return most;
    }

    /** {@code d log p(target) / d hidden = E[target] - sum_v p_v E[v]}. */
    private void gradient(int row, int target, float[] into, int at) {
        head.row(target, into, at);
        float logSum = logSum(row);
        for (VocabularyPart part : parts) {
            float share = (float) -Math.exp((double) part.most(row) - logSum);
            part.addMean(row, share, into, at);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
