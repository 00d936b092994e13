package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.djl.DecoderSource.Mask;
import dev.rejoinder.lm.vector.PagedCache;
import org.jspecify.annotations.Nullable;

/**
 * What one native pass computes: a batch of token rows and which positions to read from it.
 *
 * @param lengths of the rows' texts, what they are filled up with not counted
 * @param ids {@code [rows, time]}, row-major
 * @param positions likewise
 * @param last index in the row of each token's last descendant, for {@link Mask#TREE}; null
 *     elsewhere
 * @param paged where the cache is written and read; null for a pass without one
 * @param select flat indices {@code row * time + t} of the wanted final hidden states
 */
record Pass(
        int rows,
        int time,
        int[] lengths,
        long[] ids,
        long[] positions,
        long @Nullable [] last,
        Mask mask,
        @Nullable Paged paged,
        long[] select) {

    Pass selecting(long[] wanted) {
        return new Pass(rows, time, lengths, ids, positions, last, mask, paged, wanted);
    }

    /**
     * Hidden states to average.
     *
     * @param layers which; 0 is the embedding
     * @param weights {@code [spans, rows * time]}
     */
    record Pool(long[] layers, int spans, float[] weights) {}

    /**
     * Places in a {@link PagedCache}.
     *
     * @param blocks that each token is written to, {@code [rows, time]}; 0 for padding
     * @param offsets within its block, likewise
     * @param texts blocks of each row's text so far, {@code [rows, each]}, short ones filled up
     *     with one of their own
     */
    record Paged(long[] blocks, long[] offsets, long[] texts, int each) {
        int keys() {
            return each * PagedCache.BLOCK;
        }
    }
}
