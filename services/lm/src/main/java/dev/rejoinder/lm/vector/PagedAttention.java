package dev.rejoinder.lm.vector;

import dev.rejoinder.lm.read.ModelConfig;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Grouped-query attention (Ainslie et al. 2023) of few tokens over a paged cache (Kwon et al.
 * 2023). A block's keys and values are widened once for all queries that share them.
 */
final class PagedAttention {
    private static final VectorSpecies<Float> F =
            FloatVector.SPECIES_PREFERRED.length() <= PagedCache.BLOCK
                    ? FloatVector.SPECIES_PREFERRED
                    : FloatVector.SPECIES_512;
    private static final int LANES = F.length();
    private static final int BLOCK = PagedCache.BLOCK;

    /** Queries of a group that share every key and value on its way into a register. */
    private static final int TOGETHER = 4;

    /** Tokens of one text that share every block they all see. */
    static final int MOST_TOKENS = 8;

    private final int heads;
    private final int keyHeads;
    private final int group;
    private final int size;
    private final int window;
    private final float scale;
    private final ThreadLocal<Scratch> scratch;

    /** A thread's own space. */
    private static final class Scratch {
        final float[] block;
        final int[] queries;
        final int[] outputs;
        final float[][] scores;

        Scratch(int rows, int size) {
            block = new float[BLOCK * size];
            queries = new int[rows];
            outputs = new int[rows];
            scores = new float[rows][0];
        }

        void require(int length) {
            if (scores[0].length >= length) return;
            for (int r = 0; r < scores.length; r++) scores[r] = new float[2 * length];
        }
    }

    /**
     * Tokens of one text, one after the other.
     *
     * @param token the first, counted in its pass
     * @param count of tokens, at most {@link #MOST_TOKENS}
     * @param blocks of the text
     * @param position of the first
     */
    record Run(int token, int count, int[] blocks, int position) {}

    PagedAttention(ModelConfig config) {
        heads = config.heads();
        keyHeads = config.keyValueHeads();
        group = heads / keyHeads;
        size = config.headSize();
        window = config.slidingWindow();
        scale = (float) (1 / Math.sqrt(size));
        scratch = ThreadLocal.withInitial(() -> new Scratch(MOST_TOKENS * group, size));
    }

    /** Writes a token's keys and values, {@code [keyHeads, headSize]} each, into its block. */
    void store(
            PagedCache cache,
            int layer,
            int[] blocks,
            int position,
            float[] qkv,
            int keysAt,
            int valuesAt) {
        long block = blocks[position / BLOCK];
        int offset = position % BLOCK;
        for (int h = 0; h < keyHeads; h++) {
            long at = (block * keyHeads + h) * size * BLOCK;
            for (int d = 0; d < size; d++) {
                Numbers.narrow(
                        cache.format(),
                        cache.keys()[layer],
                        at + (long) d * BLOCK + offset,
                        qkv[keysAt + h * size + d]);
                Numbers.narrow(
                        cache.format(),
                        cache.values()[layer],
                        at + (long) offset * size + d,
                        qkv[valuesAt + h * size + d]);
            }
        }
    }

    /**
     * The queries of a run over one key head.
     *
     * @param qkv of all tokens, {@code [tokens, heads + 2 keyHeads, headSize]}
     * @param out {@code [tokens, heads, headSize]}; the heads of this group are written
     */
    void attend(PagedCache cache, int layer, Run run, int keyHead, float[] qkv, float[] out) {
        int first = start(run.position) / BLOCK * BLOCK;
        int end = run.position + run.count;
        int rows = run.count * group;
        Scratch s = scratch.get();
        s.require((end + BLOCK - 1) / BLOCK * BLOCK - first);
        for (int r = 0; r < rows; r++) {
            int head = keyHead * group + r % group;
            int token = run.token + r / group;
            s.queries[r] = (token * (heads + 2 * keyHeads) + head) * size;
            s.outputs[r] = (token * heads + head) * size;
            Arrays.fill(out, s.outputs[r], s.outputs[r] + size, 0);
        }
        for (int at = first; at < end; at += BLOCK) {
            widen(cache, cache.keys()[layer], run.blocks[at / BLOCK], keyHead, s.block);
            for (int r = 0; r < rows; r += TOGETHER) scores(s, qkv, r, rows, at - first);
        }
        for (int r = 0; r < rows; r++) {
            int position = run.position + r / group;
            int from = start(position) - first;
            softmax(s.scores[r], from, position + 1 - first);
            Arrays.fill(s.scores[r], 0, from, 0);
            Arrays.fill(s.scores[r], position + 1 - first, end - first, 0);
        }
        for (int at = first; at < end; at += BLOCK) {
            widen(cache, cache.values()[layer], run.blocks[at / BLOCK], keyHead, s.block);
            int tokens = Math.min(end - at, BLOCK);
            for (int r = 0; r < rows; r += TOGETHER) blend(s, tokens, r, rows, at - first, out);
        }
    }

    private int start(int position) {
        return window > 0 ? Math.max(0, position - window + 1) : 0;
    }

    private void widen(
            PagedCache cache, MemorySegment from, long block, int keyHead, float[] into) {
        long at = (block * keyHeads + keyHead) * size * BLOCK;
        Numbers.widen(cache.format(), from, at, into, 0, size * BLOCK);
    }

    /**
     * Scaled products of some queries with a block of keys, {@code [headSize, BLOCK]}. Always as
     * many as are taken together; where there are fewer the last one stands in.
     */
    private void scores(Scratch s, float[] query, int r, int rows, int at) {
        int r1 = Math.min(r + 1, rows - 1);
        int r2 = Math.min(r + 2, rows - 1);
        int r3 = Math.min(r + 3, rows - 1);
        int q0 = s.queries[r];
        int q1 = s.queries[r1];
        int q2 = s.queries[r2];
        int q3 = s.queries[r3];
        for (int j = 0; j < BLOCK; j += LANES) {
            FloatVector a = FloatVector.zero(F);
            FloatVector b = a;
            FloatVector c = a;
            FloatVector e = a;
            for (int d = 0; d < size; d++) {
                FloatVector k = FloatVector.fromArray(F, s.block, d * BLOCK + j);
                a = k.fma(FloatVector.broadcast(F, query[q0 + d]), a);
                b = k.fma(FloatVector.broadcast(F, query[q1 + d]), b);
                c = k.fma(FloatVector.broadcast(F, query[q2 + d]), c);
                e = k.fma(FloatVector.broadcast(F, query[q3 + d]), e);
            }
            a.mul(scale).intoArray(s.scores[r], at + j);
            b.mul(scale).intoArray(s.scores[r1], at + j);
            c.mul(scale).intoArray(s.scores[r2], at + j);
            e.mul(scale).intoArray(s.scores[r3], at + j);
        }
    }

    private static void softmax(float[] scores, int from, int to) {
        float most = Softmax.max(scores, from, to);
        float sum = Softmax.exponentials(scores, from, to, most, 1);
        float factor = 1 / sum;
        for (int i = from; i < to; i++) scores[i] *= factor;
    }

    /** Adds a block's values, {@code [BLOCK, headSize]}, with the weights of some queries. */
    private void blend(Scratch s, int tokens, int r, int rows, int at, float[] out) {
        int r1 = Math.min(r + 1, rows - 1);
        int r2 = Math.min(r + 2, rows - 1);
        int r3 = Math.min(r + 3, rows - 1);
        float[] w0 = s.scores[r];
        float[] w1 = s.scores[r1];
        float[] w2 = s.scores[r2];
        float[] w3 = s.scores[r3];
        for (int d = 0; d < F.loopBound(size); d += LANES) {
            FloatVector a = FloatVector.fromArray(F, out, s.outputs[r] + d);
            FloatVector b = FloatVector.fromArray(F, out, s.outputs[r1] + d);
            FloatVector c = FloatVector.fromArray(F, out, s.outputs[r2] + d);
            FloatVector e = FloatVector.fromArray(F, out, s.outputs[r3] + d);
            for (int t = 0; t < tokens; t++) {
                FloatVector v = FloatVector.fromArray(F, s.block, t * size + d);
                a = v.fma(FloatVector.broadcast(F, w0[at + t]), a);
                b = v.fma(FloatVector.broadcast(F, w1[at + t]), b);
                c = v.fma(FloatVector.broadcast(F, w2[at + t]), c);
                e = v.fma(FloatVector.broadcast(F, w3[at + t]), e);
            }
            a.intoArray(out, s.outputs[r] + d);
            b.intoArray(out, s.outputs[r1] + d);
            c.intoArray(out, s.outputs[r2] + d);
            e.intoArray(out, s.outputs[r3] + d);
        }
        for (int d = F.loopBound(size); d < size; d++)
            for (int row = r; row < Math.min(r + TOGETHER, rows); row++)
                for (int t = 0; t < tokens; t++)
                    out[s.outputs[row] + d] += s.scores[row][at + t] * s.block[t * size + d];
    }
}
