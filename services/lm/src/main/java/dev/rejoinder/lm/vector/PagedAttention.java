package dev.rejoinder.lm.vector;

import dev.rejoinder.lm.read.ModelConfig;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Grouped-query attention (Ainslie et al. 2023) of single tokens over a paged cache (Kwon et al.
 * 2023). A block's keys and values are widened once for all queries that share them.
 */
final class PagedAttention {
    private static final VectorSpecies<Float> F =
            FloatVector.SPECIES_PREFERRED.length() <= PagedCache.BLOCK
                    ? FloatVector.SPECIES_PREFERRED
                    : FloatVector.SPECIES_512;
    private static final int LANES = F.length();
    private static final int BLOCK = PagedCache.BLOCK;

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
        float[][] scores;

        Scratch(int group, int size) {
            block = new float[BLOCK * size];
            scores = new float[group][0];
        }

        void require(int length) {
            if (scores[0].length >= length) return;
            for (int g = 0; g < scores.length; g++) scores[g] = new float[2 * length];
        }
    }

    PagedAttention(ModelConfig config) {
        heads = config.heads();
        keyHeads = config.keyValueHeads();
        group = heads / keyHeads;
        size = config.headSize();
        window = config.slidingWindow();
        scale = (float) (1 / Math.sqrt(size));
        scratch = ThreadLocal.withInitial(() -> new Scratch(group, size));
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
                Elementwise.narrow(
                        cache.format(),
                        cache.keys()[layer],
                        at + (long) d * BLOCK + offset,
                        qkv[keysAt + h * size + d]);
                Elementwise.narrow(
                        cache.format(),
                        cache.values()[layer],
                        at + (long) offset * size + d,
                        qkv[valuesAt + h * size + d]);
            }
        }
    }

    /**
     * One token's queries over one key head.
     *
     * @param qkv the token's queries from {@code queriesAt}, {@code [heads, headSize]}
     * @param out likewise from {@code outAt}; the heads of this group are written
     */
    void attend(
            PagedCache cache,
            int layer,
            int[] blocks,
            int position,
            int keyHead,
            float[] qkv,
            int queriesAt,
            float[] out,
            int outAt) {
        int start = window > 0 ? Math.max(0, position - window + 1) : 0;
        int first = start / BLOCK * BLOCK;
        Scratch s = scratch.get();
        s.require((position / BLOCK + 1) * BLOCK - first);
        for (int at = first; at <= position; at += BLOCK) {
            long block = ((long) blocks[at / BLOCK] * keyHeads + keyHead) * size * BLOCK;
            Elementwise.widen(cache.format(), cache.keys()[layer], block, s.block, size * BLOCK);
            for (int g = 0; g < group; g++)
                scores(
                        s.block,
                        qkv,
                        queriesAt + (keyHead * group + g) * size,
                        s.scores[g],
                        at - first);
        }
        int from = start - first;
        int to = position + 1 - first;
        int outFirst = outAt + keyHead * group * size;
        for (int g = 0; g < group; g++) softmax(s.scores[g], from, to);
        Arrays.fill(out, outFirst, outFirst + group * size, 0);
        for (int at = first; at <= position; at += BLOCK) {
            long block = ((long) blocks[at / BLOCK] * keyHeads + keyHead) * size * BLOCK;
            Elementwise.widen(cache.format(), cache.values()[layer], block, s.block, size * BLOCK);
            int begin = Math.max(start, at);
            int end = Math.min(position + 1, at + BLOCK);
            for (int g = 0; g < group; g++)
                blend(
                        s.block,
                        begin - at,
                        end - at,
                        s.scores[g],
                        at - first,
                        out,
                        outFirst + g * size);
        }
    }

    /** Scaled products of a query with a block of keys, {@code [headSize, BLOCK]}. */
    private void scores(float[] keys, float[] query, int q, float[] into, int at) {
        for (int j = 0; j < BLOCK; j += LANES) {
            FloatVector a = FloatVector.zero(F);
            FloatVector b = a;
            int d = 0;
            for (; d + 1 < size; d += 2) {
                a =
                        FloatVector.fromArray(F, keys, d * BLOCK + j)
                                .fma(FloatVector.broadcast(F, query[q + d]), a);
                b =
                        FloatVector.fromArray(F, keys, (d + 1) * BLOCK + j)
                                .fma(FloatVector.broadcast(F, query[q + d + 1]), b);
            }
            a.add(b).mul(scale).intoArray(into, at + j);
        }
    }

    private static void softmax(float[] scores, int from, int to) {
        float most = Elementwise.max(scores, from, to);
        float sum = Elementwise.exponentials(scores, from, to, most, 1);
        float factor = 1 / sum;
        for (int i = from; i < to; i++) scores[i] *= factor;
    }

    /** Adds a block's values, {@code [BLOCK, headSize]}, each with its weight. */
    private void blend(
            float[] values, int from, int to, float[] weights, int at, float[] out, int outAt) {
        int d = 0;
        for (; d < size - LANES + 1; d += LANES) {
            FloatVector a = FloatVector.fromArray(F, out, outAt + d);
            FloatVector b = FloatVector.zero(F);
            int t = from;
            for (; t + 1 < to; t += 2) {
                a =
                        FloatVector.fromArray(F, values, t * size + d)
                                .fma(FloatVector.broadcast(F, weights[at + t]), a);
                b =
                        FloatVector.fromArray(F, values, (t + 1) * size + d)
                                .fma(FloatVector.broadcast(F, weights[at + t + 1]), b);
            }
            if (t < to)
                a =
                        FloatVector.fromArray(F, values, t * size + d)
                                .fma(FloatVector.broadcast(F, weights[at + t]), a);
            a.add(b).intoArray(out, outAt + d);
        }
        for (; d < size; d++)
            for (int t = from; t < to; t++)
                out[outAt + d] += weights[at + t] * values[t * size + d];
    }
}
