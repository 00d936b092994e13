package dev.rejoinder.lm.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Adds one by one, in double precision. */
final class PlainGemm implements Gemm {
    @Override
    public void times(
            MemorySegment x, int rows, MemorySegment w, int outputs, int width, MemorySegment y) {
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < outputs; o++) {
                double sum = 0;
                for (int k = 0; k < width; k++)
                    sum += (double) half(x, r * width + k) * half(w, o * width + k);
                y.setAtIndex(ValueLayout.JAVA_FLOAT, (long) r * outputs + o, (float) sum);
            }
    }

    @Override
    public void addBack(
            MemorySegment p, int rows, MemorySegment w, int outputs, int width, MemorySegment y) {
        for (int r = 0; r < rows; r++)
            for (int k = 0; k < width; k++) {
                long at = (long) r * width + k;
                double sum = y.getAtIndex(ValueLayout.JAVA_FLOAT, at);
                for (int o = 0; o < outputs; o++)
                    sum += (double) half(p, r * outputs + o) * half(w, o * width + k);
                y.setAtIndex(ValueLayout.JAVA_FLOAT, at, (float) sum);
            }
    }

    static float half(MemorySegment from, int at) {
        return BFloat16.toFloat(from.getAtIndex(ValueLayout.JAVA_SHORT, at));
    }
}
