package dev.rejoinder.lm.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products against the same sums one by one, at every remainder that the loops can leave. */
class KernelsTest {
    private static final long SEED = 20261124;

    @ParameterizedTest
    @EnumSource
    void everyShapeGivesTheSumsOfItsRows(Format format) {
        var random = new SplittableRandom(SEED);
        Kernel kernel = Kernels.of(format);
        try (Arena arena = Arena.ofConfined()) {
            for (int run = 0; run < 300; run++) {
                int height = 1 + random.nextInt(40);
                int width =
                        format == Format.INT8
                                ? 32 * (1 + random.nextInt(4))
                                : 1 + random.nextInt(100);
                int rows = 1 + random.nextInt(9);
                Matrix w = matrix(format, height, width, random, arena);
                MemorySegment x = arena.allocate(4L * Kernel.padded(rows) * width, 64);
                for (int i = 0; i < rows * width; i++)
                    x.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() - 0.5f);
                float[] y = new float[Kernel.padded(rows) * height];
                int from = random.nextInt(height);
                int to = from + 1 + random.nextInt(height - from);

                kernel.times(w, x, rows, y, from, to);

                for (int r = 0; r < rows; r++)
                    for (int o = 0; o < height; o++)
                        assertThat(y[r * height + o])
                                .as(
                                        "%s %dx%d, row %d of %d, output %d of %d to %d",
                                        format, height, width, r, rows, o, from, to)
                                .isCloseTo(
                                        o < from || o >= to ? 0 : sum(w, x, r, o), within(1e-4f));
            }
        }
    }

    private static Matrix matrix(
            Format format, int height, int width, SplittableRandom random, Arena arena) {
        float[] values = new float[height * width];
        for (int i = 0; i < values.length; i++) values[i] = random.nextFloat() - 0.5f;
        if (format == Format.INT8) return Matrix.int8(values, height, width, arena);
        MemorySegment memory = arena.allocate((long) values.length * format.bytes(), 64);
        for (int i = 0; i < values.length; i++) Numbers.narrow(format, memory, i, values[i]);
        return Matrix.of(format, memory, height, width);
    }

    private static float sum(Matrix w, MemorySegment x, int row, int output) {
        double sum = 0;
        for (int k = 0; k < w.width(); k++)
            sum +=
                    (double) w.at(output, k)
                            * x.getAtIndex(ValueLayout.JAVA_FLOAT, (long) row * w.width() + k);
        return (float) sum;
    }

    @Test
    void bytesAreWithinHalfAStepOfTheirBlocksScale() {
        var random = new SplittableRandom(SEED);
        float[] values = new float[4 * 64];
        for (int i = 32; i < values.length; i++)
            values[i] = (random.nextFloat() - 0.5f) * (1 + i / 32);
        try (Arena arena = Arena.ofConfined()) {
            Matrix w = Matrix.int8(values, 4, 64, arena);

            for (int i = 0; i < values.length; i++) {
                float largest = 0;
                for (int j = i / 32 * 32; j < i / 32 * 32 + 32; j++)
                    largest = Math.max(largest, Math.abs(values[j]));
                assertThat(w.at(i / 64, i % 64))
                        .isCloseTo(values[i], within(largest / 127 / 2 + 1e-6f));
            }
        }
    }

    @Test
    void memoryTooSmallForItsMatrixIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(100);
            assertThatThrownBy(() -> Matrix.of(Format.BFLOAT16, memory, 6, 10))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("100 bytes", "6 x 10");
        }
    }

    @Test
    void floatsAreRoundedToTheNearestHalfTiesToEven() {
        assertThat(BFloat16.of(1.0f)).isEqualTo((short) 0x3f80);
        assertThat(BFloat16.of(Float.intBitsToFloat(0x3f808000))).isEqualTo((short) 0x3f80);
        assertThat(BFloat16.of(Float.intBitsToFloat(0x3f818000))).isEqualTo((short) 0x3f82);
        assertThat(BFloat16.of(Float.intBitsToFloat(0x3f808001))).isEqualTo((short) 0x3f81);
        assertThat(BFloat16.toFloat(BFloat16.of(Float.NaN))).isNaN();
        assertThat(BFloat16.toFloat(BFloat16.of(Float.NEGATIVE_INFINITY)))
                .isEqualTo(Float.NEGATIVE_INFINITY);
    }
}
