package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.djl.DecoderSource.Mask;
import org.jspecify.annotations.Nullable;

/**
 * What one native pass computes: a batch of token rows and which positions to read from it.
 *
 * @param ids {@code [rows, time]}, row-major
 * @param positions likewise
 * @param segments likewise, for {@link Mask#PACKED}; null elsewhere
 * @param keys cached keys to look at, for {@link Mask#CACHED} and {@link Mask#OPEN}
 * @param slots cache slot of each row; null for a pass without a cache
 * @param select flat indices {@code row * time + t} of the wanted final hidden states
 */
record Pass(
        int rows,
        int time,
        long[] ids,
        long[] positions,
        long @Nullable [] segments,
        Mask mask,
        int keys,
        long @Nullable [] slots,
        long[] select) {

    /**
     * Hidden states to average.
     *
     * @param layers which; 0 is the embedding
     * @param weights {@code [spans, rows * time]}
     */
    record Pool(long[] layers, int spans, float[] weights) {}

    /** The first slot if the rows lie one after the other in the cache, else -1. */
    int firstSlot() {
        if (slots == null) return -1;
        for (int i = 1; i < slots.length; i++) if (slots[i] != slots[0] + i) return -1;
        return (int) slots[0];
    }
}
