package dev.rejoinder.lm.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One thread's part of the vocabulary: for every state the largest logit so far, the sum of
 * exponentials relative to it, and, where gradients are asked for, the embeddings weighted by them.
 * A larger logit scales down what was summed before.
 */
final class VocabularyPart {
    /** Tokens of a tile. */
    private static final int TILE = 512;

    private final Gemm gemm;
    private final Matrix head;
    private final int from;
    private final int to;
    private final Arena arena;
    private final MemorySegment logits;
    private final float[] most = new float[FusedHead.ROWS];
    private final float[] sums = new float[FusedHead.ROWS];
    private final float[] row = new float[TILE];
    private @Nullable MemorySegment weights;
    private @Nullable MemorySegment means;

    VocabularyPart(Gemm gemm, Matrix head, int from, int to, Arena arena) {
        this.gemm = gemm;
        this.head = head;
        this.from = from;
        this.to = to;
        this.arena = arena;
        this.logits = FusedHead.memory(arena, (long) FusedHead.ROWS * TILE * Float.BYTES);
    }

    /**
     * @param states {@code [count, hidden]}, in the format of the head
     */
    void read(MemorySegment states, int count, FusedHead.Asked asked, boolean gradients) {
        Arrays.fill(most, 0, count, Float.NEGATIVE_INFINITY);
        Arrays.fill(sums, 0, count, 0);
        if (gradients) means().asSlice(0, (long) count * head.width() * Float.BYTES).fill((byte) 0);
        for (int tile = from; tile < to; tile += TILE) {
            int size = Math.min(TILE, to - tile);
            MemorySegment w = rows(tile, size);
            gemm.times(head.format(), states, count, w, size, head.width(), logits, false);
            pick(asked, tile, size);
            for (int r = 0; r < count; r++) sum(r, size, gradients);
            if (gradients)
                gemm.back(head.format(), weights(), count, w, size, head.width(), means(), true);
        }
    }

    private MemorySegment rows(int first, int count) {
        long bytes = (long) head.width() * head.format().bytes();
        return head.weights().asSlice(first * bytes, count * bytes);
    }

    private void pick(FusedHead.Asked asked, int tile, int size) {
        for (int i = asked.at; i < asked.end; i++) {
            long token = asked.targets[i] - tile;
            if (token < 0 || token >= size) continue;
            long at = (long) (asked.rows[i] - asked.first) * size + token;
            asked.found(i, logits.getAtIndex(ValueLayout.JAVA_FLOAT, at));
        }
    }

    private void sum(int r, int size, boolean gradients) {
        MemorySegment.copy(
                logits, ValueLayout.JAVA_FLOAT, (long) r * size * Float.BYTES, row, 0, size);
        float next = Math.max(most[r], Softmax.max(row, 0, size));
        float kept = (float) Math.exp((double) most[r] - next);
        if (gradients && kept < 1 && most[r] > Float.NEGATIVE_INFINITY)
            Elementwise.scale(means(), (long) r * head.width(), head.width(), kept);
        sums[r] =
                (most[r] == Float.NEGATIVE_INFINITY ? 0 : sums[r] * kept)
                        + Softmax.exponentials(row, 0, size, next, 1);
        most[r] = next;
        if (gradients) Numbers.put(head.format(), row, 0, size, weights(), (long) r * size);
    }

    private MemorySegment weights() {
        if (weights == null)
            weights = FusedHead.memory(arena, (long) FusedHead.ROWS * TILE * head.format().bytes());
        return weights;
    }

    private MemorySegment means() {
        if (means == null)
            means = FusedHead.memory(arena, (long) FusedHead.ROWS * head.width() * Float.BYTES);
        return means;
    }

    /** The largest logit of a state. */
    float most(int row) {
        return most[row];
    }

    /** {@code sum_v exp(logit_v - most)}. */
    float sum(int row) {
        return sums[row];
    }

    /** Adds {@code factor * sum_v exp(logit_v - most) E[v]}. */
    void addMean(int row, float factor, float[] into, int at) {
        Elementwise.addScaled(means(), (long) row * head.width(), head.width(), factor, into, at);
    }
}
