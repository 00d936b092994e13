package dev.rejoinder.lm.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Adds one by one, in double precision. */
final class PlainGemm implements Gemm {
    @Override
    public void times(
            Format format,
            MemorySegment x,
            int rows,
            MemorySegment w,
            int outputs,
            int width,
            MemorySegment y,
            boolean add) {
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < outputs; o++) {
                double sum = 0;
                for (int k = 0; k < width; k++)
                    sum +=
                            (double) number(format, x, (long) r * width + k)
                                    * number(format, w, (long) o * width + k);
                put(y, (long) r * outputs + o, sum, add);
            }
    }

    @Override
    public void back(
            Format format,
            MemorySegment p,
            int rows,
            MemorySegment w,
            int stride,
            int outputs,
            int width,
            MemorySegment y,
            boolean add) {
        for (int r = 0; r < rows; r++)
            for (int k = 0; k < width; k++) {
                double sum = 0;
                for (int o = 0; o < outputs; o++)
                    sum +=
                            (double) number(format, p, (long) r * outputs + o)
                                    * number(format, w, (long) o * stride + k);
                put(y, (long) r * width + k, sum, add);
            }
    }

    @Override
    public void across(
            Format format,
            MemorySegment p,
            int outputs,
            MemorySegment x,
            int width,
            int rows,
            MemorySegment y,
            boolean add) {
        for (int o = 0; o < outputs; o++)
            for (int k = 0; k < width; k++) {
                double sum = 0;
                for (int r = 0; r < rows; r++)
                    sum +=
                            (double) number(format, p, (long) r * outputs + o)
                                    * number(format, x, (long) r * width + k);
                put(y, (long) o * width + k, sum, add);
            }
    }

    private static void put(MemorySegment y, long at, double sum, boolean add) {
        double before = add ? y.getAtIndex(ValueLayout.JAVA_FLOAT, at) : 0;
        y.setAtIndex(ValueLayout.JAVA_FLOAT, at, (float) (before + sum));
    }

    private static float number(Format format, MemorySegment from, long at) {
        return format == Format.FLOAT32
                ? from.getAtIndex(ValueLayout.JAVA_FLOAT, at)
                : half(from, at);
    }

    static float half(MemorySegment from, long at) {
        return BFloat16.toFloat(from.getAtIndex(ValueLayout.JAVA_SHORT, at));
    }
}
