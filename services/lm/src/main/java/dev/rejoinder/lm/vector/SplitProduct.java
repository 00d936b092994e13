package dev.rejoinder.lm.vector;

import java.lang.foreign.MemorySegment;

/**
 * bfloat16 matrices times float32 rows by a {@link Gemm}. Each activation is taken as the sum of
 * two bfloat16, its rounding and that of what the rounding left: then products are those of float32
 * activations to 2^-16, and a row's result does not depend on how many share its pass. The two
 * halves are rows of one product, as the weights' way from memory is what a pass waits for. The
 * weights are its left side, which is read as it lies; on the right they would be packed anew.
 */
final class SplitProduct implements AutoCloseable {
    /**
     * Rows below which the vector units are as fast: with few, nothing but memory counts, and they
     * read it in longer streams.
     */
    static final int LEAST_ROWS = 6;

    /** Outputs of a piece at most, so that its products stay in the nearest caches. */
    private static final int MOST_OUTPUTS = 512;

    /** Pieces for each thread: two, as every call packs its weights anew. */
    private static final int PIECES = 2;

    private final Gemm gemm;
    private final PerThread<NativeBuffer> products = new PerThread<>(NativeBuffer::new);
    private final NativeBuffer halves = new NativeBuffer();

    SplitProduct(Gemm gemm) {
        this.gemm = gemm;
    }

    /**
     * {@code y[r, o] = sum over k of w[o, k] * x[r, k]}.
     *
     * @param w in bfloat16
     * @param x {@code [rows, width]}
     * @param y {@code [rows, height]}
     */
    void times(Team team, Matrix w, float[] x, int rows, float[] y) {
        int width = w.width();
        int numbers = rows * width;
        MemorySegment split = halves.of(2L * numbers * Short.BYTES);
        Numbers.split(x, numbers, split);
        int least = Math.ceilDiv(w.height(), MOST_OUTPUTS);
        int pieces = Math.max(least, Math.min(PIECES * team.threads(), w.height()));
        team.run(w.height(), pieces, (from, to) -> piece(w, split, rows, y, from, to));
    }

    private void piece(Matrix w, MemorySegment split, int rows, float[] y, int from, int to) {
        int outputs = to - from;
        MemorySegment product = products.get().of(2L * rows * outputs * Float.BYTES);
        long at = (long) from * w.width() * Short.BYTES;
        gemm.times(
                Format.BFLOAT16,
                w.weights().asSlice(at),
                outputs,
                split,
                2 * rows,
                w.width(),
                product,
                false);
        Numbers.sumHalves(product, outputs, rows, y, from, w.height());
    }

    @Override
    public void close() {
        products.close();
        halves.close();
    }
}
