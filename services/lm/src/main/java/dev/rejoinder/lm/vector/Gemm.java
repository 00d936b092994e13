package dev.rejoinder.lm.vector;

import java.lang.foreign.MemorySegment;

/**
 * Native products of float32 or bfloat16 matrices, summed in float32: for bfloat16 what a
 * processor's matrix units (such as Intel's AMX) do, which Java has no words for. All are
 * row-major, without gaps but where a stride is given. Called by several threads at once, each with
 * work of its own.
 */
public interface Gemm {
    /**
     * {@code y[r, o] = sum over k of x[r, k] * w[o, k]}, on the calling thread alone.
     *
     * @param format of x and w
     * @param x {@code [rows, width]}
     * @param w {@code [outputs, width]}
     * @param y {@code [rows, outputs]}, float32
     * @param add to what y holds instead of overwriting it
     */
    void times(
            Format format,
            MemorySegment x,
            int rows,
            MemorySegment w,
            int outputs,
            int width,
            MemorySegment y,
            boolean add);

    /**
     * {@code y[r, k] = sum over o of p[r, o] * w[o, k]}, on the calling thread alone.
     *
     * @param format of p and w
     * @param p {@code [rows, outputs]}
     * @param w {@code [outputs, width]}
     * @param stride from row to row of w
     * @param y {@code [rows, width]}, float32
     * @param add to what y holds instead of overwriting it
     */
    void back(
            Format format,
            MemorySegment p,
            int rows,
            MemorySegment w,
            int stride,
            int outputs,
            int width,
            MemorySegment y,
            boolean add);

    /** The same where w has no gaps. */
    default void back(
            Format format,
            MemorySegment p,
            int rows,
            MemorySegment w,
            int outputs,
            int width,
            MemorySegment y,
            boolean add) {
        back(format, p, rows, w, width, outputs, width, y, add);
    }

    /**
     * {@code y[o, k] = sum over r of p[r, o] * x[r, k]}, on the calling thread alone.
     *
     * @param format of p and x
     * @param p {@code [rows, outputs]}
     * @param x {@code [rows, width]}
     * @param y {@code [outputs, width]}, float32
     * @param add to what y holds instead of overwriting it
     */
    void across(
            Format format,
            MemorySegment p,
            int outputs,
            MemorySegment x,
            int width,
            int rows,
            MemorySegment y,
            boolean add);
}
