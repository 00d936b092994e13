package dev.rejoinder.lm.vector;

import java.lang.foreign.MemorySegment;

/** Products with the matrices of one format. */
interface Kernel {
    /** Rows that a kernel may read and write for so many. */
    static int padded(int rows) {
        return rows <= 2 ? rows : (rows + 3) / 4 * 4;
    }

    /**
     * {@code y[r, o] = sum over k of w[o, k] * x[r, k]} for some outputs.
     *
     * @param x {@code [padded(rows), width]}, float32; aligned to a cache line, or every second
     *     load needs two of them
     * @param y {@code [padded(rows), height]}
     * @param from first output
     * @param to after the last output
     */
    void times(Matrix w, MemorySegment x, int rows, float[] y, int from, int to);
}
