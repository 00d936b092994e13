package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import dev.rejoinder.lm.vector.Format;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On any x86 processor, with or without units for it. */
class MklGemmTest {
    private static final long SEED = 20261130;

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void aProductIsTheSumsOfItsRows(Format format) {
        Engine.getInstance();
        MklGemm gemm = MklGemm.find();
        assertThat(gemm).as("libtorch for x86 carries MKL").isNotNull();
        var random = new SplittableRandom(SEED);
        try (Arena arena = Arena.ofConfined()) {
            for (int run = 0; run < 50; run++) {
                int rows = 1 + random.nextInt(50);
                int outputs = 1 + random.nextInt(200);
                int width = 1 + random.nextInt(200);
                MemorySegment x = numbers(format, arena, rows * width, random);
                MemorySegment w = numbers(format, arena, outputs * width, random);
                MemorySegment y = arena.allocate(4L * rows * outputs, 64);

                gemm.times(format, x, rows, w, outputs, width, y, false);

                for (int i = 0; i < rows * outputs; i++)
                    assertThat(y.getAtIndex(ValueLayout.JAVA_FLOAT, i))
                            .isCloseTo(
                                    sum(format, x, i / outputs, w, i % outputs, width),
                                    within(1e-3f));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void theWayBackAddsToWhatIsThere(Format format) {
        Engine.getInstance();
        MklGemm gemm = MklGemm.find();
        var random = new SplittableRandom(SEED);
        try (Arena arena = Arena.ofConfined()) {
            int rows = 37;
            int outputs = 90;
            int width = 70;
            MemorySegment p = numbers(format, arena, rows * outputs, random);
            MemorySegment w = numbers(format, arena, outputs * width, random);
            MemorySegment y = arena.allocate(4L * rows * width, 64);
            for (int i = 0; i < rows * width; i++) y.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);

            gemm.back(format, p, rows, w, outputs, width, y, true);

            for (int i = 0; i < rows * width; i++) {
                double sum = i;
                for (int o = 0; o < outputs; o++)
                    sum +=
                            (double) number(format, p, i / width * outputs + o)
                                    * number(format, w, o * width + i % width);
                assertThat(y.getAtIndex(ValueLayout.JAVA_FLOAT, i))
                        .isCloseTo((float) sum, within(2e-3f));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void aProductAcrossRowsAddsThemUp(Format format) {
        Engine.getInstance();
        MklGemm gemm = MklGemm.find();
        var random = new SplittableRandom(SEED);
        try (Arena arena = Arena.ofConfined()) {
            int rows = 83;
            int outputs = 21;
            int width = 45;
            MemorySegment p = numbers(format, arena, rows * outputs, random);
            MemorySegment x = numbers(format, arena, rows * width, random);
            MemorySegment y = arena.allocate(4L * outputs * width, 64);
            y.fill((byte) -1);

            gemm.across(format, p, outputs, x, width, rows, y, false);
            gemm.across(format, p, outputs, x, width, rows, y, true);

            for (int i = 0; i < outputs * width; i++) {
                double sum = 0;
                for (int r = 0; r < rows; r++)
                    sum +=
                            2.0
                                    * number(format, p, r * outputs + i / width)
                                    * number(format, x, r * width + i % width);
                assertThat(y.getAtIndex(ValueLayout.JAVA_FLOAT, i))
                        .isCloseTo((float) sum, within(2e-3f));
            }
        }
    }

    /** All of them bfloat16 already. */
    private static MemorySegment numbers(
            Format format, Arena arena, int count, SplittableRandom random) {
        MemorySegment memory = arena.allocate((long) format.bytes() * count, 64);
        for (int i = 0; i < count; i++) {
            int bits = Float.floatToRawIntBits(random.nextFloat() - 0.5f) & 0xffff0000;
            if (format == Format.FLOAT32) memory.setAtIndex(ValueLayout.JAVA_INT, i, bits);
            else memory.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits >>> 16));
        }
        return memory;
    }

    private static float sum(
            Format format, MemorySegment x, int row, MemorySegment w, int output, int width) {
        double sum = 0;
        for (int k = 0; k < width; k++)
            sum +=
                    (double) number(format, x, row * width + k)
                            * number(format, w, output * width + k);
        return (float) sum;
    }

    private static float number(Format format, MemorySegment from, int at) {
        return format == Format.FLOAT32
                ? from.getAtIndex(ValueLayout.JAVA_FLOAT, at)
                : Float.intBitsToFloat(from.getAtIndex(ValueLayout.JAVA_SHORT, at) << 16);
    }
}
