package dev.rejoinder.lm.vector;

import java.lang.foreign.MemorySegment;

/**
 * A native product of bfloat16 matrices that is summed in float32: what a processor's matrix units
 * (such as Intel's AMX) do, which Java has no words for. Called by several threads at once, each
 * with work of its own.
 */
public interface Gemm {
    /**
     * {@code y[r, o] = sum over k of w[o, k] * x[r, k]}, on the calling thread alone.
     *
     * @param x {@code [rows, width]}, bfloat16
     * @param w {@code [outputs, width]}, bfloat16
     * @param y {@code [rows, outputs]}, float32; overwritten
     */
    void times(MemorySegment x, int rows, MemorySegment w, int outputs, int width, MemorySegment y);

    /**
     * {@code y[r, k] += sum over o of p[r, o] * w[o, k]}, on the calling thread alone.
     *
     * @param p {@code [rows, outputs]}, bfloat16
     * @param w {@code [outputs, width]}, bfloat16
     * @param y {@code [rows, width]}, float32
     */
    void addBack(
            MemorySegment p, int rows, MemorySegment w, int outputs, int width, MemorySegment y);
}
