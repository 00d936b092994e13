package dev.rejoinder.lm.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Weights {@code [height, width]}, row-major, outside the heap.
 *
 * @param scales one for every {@link Format#BLOCK} weights of {@link Format#INT8}; empty for others
 */
public record Matrix(
        Format format, MemorySegment weights, MemorySegment scales, int height, int width) {
    private static final int ALIGNMENT = 64;
    private static final float LARGEST = 127;

    public Matrix {
        long numbers = (long) height * width;
        if (weights.byteSize() < numbers * format.bytes())
            throw new IllegalArgumentException(
                    "%d bytes cannot hold a %s matrix of %d x %d"
                            .formatted(weights.byteSize(), format, height, width));
        if (format == Format.INT8
                && (width % Format.BLOCK != 0
                        || scales.byteSize() < numbers / Format.BLOCK * Float.BYTES))
            throw new IllegalArgumentException(
                    "a matrix %d wide with %d bytes of scales has no whole blocks of %d"
                            .formatted(width, scales.byteSize(), Format.BLOCK));
    }

    /**
     * A matrix in memory that outlives it.
     *
     * @param weights its first byte; the caller keeps the memory
     */
    public static Matrix of(Format format, MemorySegment weights, int height, int width) {
        return new Matrix(format, weights, MemorySegment.NULL, height, width);
    }

    /**
     * Rounds every block of weights to bytes of one scale, the largest to 127: the symmetric
     * absolute-maximum quantisation of Dettmers et al. (2022), block-wise.
     *
     * @param rows {@code [height, width]}, finite; the width a multiple of {@link Format#BLOCK}
     */
    public static Matrix int8(float[] rows, int height, int width, Arena arena) {
        MemorySegment weights = unscoped(arena.allocate(rows.length, ALIGNMENT));
        MemorySegment scales =
                unscoped(
                        arena.allocate((long) rows.length / Format.BLOCK * Float.BYTES, ALIGNMENT));
        for (int block = 0; block < rows.length / Format.BLOCK; block++) {
            int from = block * Format.BLOCK;
            float largest = 0;
            for (int i = from; i < from + Format.BLOCK; i++)
                largest = Math.max(largest, Math.abs(rows[i]));
            float scale = largest / LARGEST;
            scales.setAtIndex(ValueLayout.JAVA_FLOAT, block, scale);
            for (int i = from; i < from + Format.BLOCK; i++)
                weights.set(
                        ValueLayout.JAVA_BYTE,
                        i,
                        scale == 0 ? 0 : (byte) Math.round(rows[i] / scale));
        }
        return new Matrix(Format.INT8, weights, scales, height, width);
    }

    /** Without a scope to check at every access: products end before the arena does. */
    private static MemorySegment unscoped(MemorySegment memory) {
        return MemorySegment.ofAddress(memory.address()).reinterpret(memory.byteSize());
    }

    /** One weight; for what is read seldom. */
    float at(int row, int column) {
        long i = (long) row * width + column;
        return switch (format) {
            case FLOAT32 -> weights.get(ValueLayout.JAVA_FLOAT_UNALIGNED, i * Float.BYTES);
            case BFLOAT16 ->
                    BFloat16.toFloat(
                            weights.get(ValueLayout.JAVA_SHORT_UNALIGNED, i * Short.BYTES));
            case INT8 ->
                    weights.get(ValueLayout.JAVA_BYTE, i)
                            * scales.getAtIndex(ValueLayout.JAVA_FLOAT, i / Format.BLOCK);
        };
    }

    /** Copies one row into an array. */
    void row(int row, float[] into, int at) {
        for (int k = 0; k < width; k++) into[at + k] = at(row, k);
    }
}
