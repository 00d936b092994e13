package dev.rejoinder.lm.vector;

import java.lang.foreign.MemorySegment;

/**
 * Keys and values of all layers in blocks of {@link #BLOCK} tokens. Within a block the tokens of
 * keys lie side by side, so that a vector of scores needs no sum across its lanes.
 *
 * @param keys of each layer, {@code [blocks, heads, headSize, BLOCK]}
 * @param values of each layer, {@code [blocks, heads, BLOCK, headSize]}
 */
public record PagedCache(Format format, MemorySegment[] keys, MemorySegment[] values) {
    /** Tokens of a block. */
    public static final int BLOCK = 16;

    public PagedCache {
        if (format == Format.INT8)
            throw new IllegalArgumentException("keys and values have no format with scales");
    }
}
