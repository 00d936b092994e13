package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.vector.Format;
import dev.rejoinder.lm.vector.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A matrix of {@link Format#INT8} that is made some rows at a time. */
final class ByteRows {
    private static final int ALIGNMENT = 64;

    private final int height;
    private final int width;
    private final MemorySegment weights;
    private final MemorySegment scales;

    /**
     * @param width a multiple of {@link Format#BLOCK}
     * @param arena that the matrix's memory lives in
     */
    ByteRows(int height, int width, Arena arena) {
        this.height = height;
        this.width = width;
        long numbers = (long) height * width;
        this.weights = unscoped(arena.allocate(numbers, ALIGNMENT));
        this.scales = unscoped(arena.allocate(scaleBytes(numbers), ALIGNMENT));
    }

    private static long scaleBytes(long numbers) {
        return numbers / Format.BLOCK * Float.BYTES;
    }

    /** Without a scope to check at every access: products end before the arena does. */
    private static MemorySegment unscoped(MemorySegment memory) {
        return MemorySegment.ofAddress(memory.address()).reinterpret(memory.byteSize());
    }

    /**
     * @param rows {@code [rows, width]}, finite
     * @param at the first row
     */
    void put(float[] rows, int at) {
        long before = (long) at * width;
        try (Arena scratch = Arena.ofConfined()) {
            Matrix part = Matrix.int8(rows, rows.length / width, width, scratch);
            MemorySegment.copy(part.weights(), 0, weights, before, rows.length);
            long bytes = scaleBytes(rows.length);
            MemorySegment.copy(part.scales(), 0, scales, scaleBytes(before), bytes);
        }
    }

    Matrix matrix() {
        return new Matrix(Format.INT8, weights, scales, height, width);
    }
}
