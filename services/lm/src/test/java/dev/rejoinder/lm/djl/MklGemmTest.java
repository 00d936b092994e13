package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** On any x86 processor, with or without units for it. */
class MklGemmTest {
    private static final long SEED = 20261130;

    @Test
    void aProductIsTheSumsOfItsRows() {
        Engine.getInstance();
        MklGemm gemm = MklGemm.find();
        assertThat(gemm).as("libtorch for x86 carries MKL").isNotNull();
        var random = new SplittableRandom(SEED);
        try (Arena arena = Arena.ofConfined()) {
            for (int run = 0; run < 50; run++) {
                int rows = 1 + random.nextInt(50);
                int outputs = 1 + random.nextInt(200);
                int width = 1 + random.nextInt(200);
                MemorySegment x = halves(arena, rows * width, random);
                MemorySegment w = halves(arena, outputs * width, random);
                MemorySegment y = arena.allocate(4L * rows * outputs, 64);

                gemm.times(x, rows, w, outputs, width, y);

                for (int i = 0; i < rows * outputs; i++)
                    assertThat(y.getAtIndex(ValueLayout.JAVA_FLOAT, i))
                            .isCloseTo(sum(x, i / outputs, w, i % outputs, width), within(1e-3f));
            }
        }
    }

    @Test
    void theWayBackAddsToWhatIsThere() {
        Engine.getInstance();
        MklGemm gemm = MklGemm.find();
        var random = new SplittableRandom(SEED);
        try (Arena arena = Arena.ofConfined()) {
            int rows = 37;
            int outputs = 90;
            int width = 70;
            MemorySegment p = halves(arena, rows * outputs, random);
            MemorySegment w = halves(arena, outputs * width, random);
            MemorySegment y = arena.allocate(4L * rows * width, 64);
            for (int i = 0; i < rows * width; i++) y.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);

            gemm.addBack(p, rows, w, outputs, width, y);

            for (int i = 0; i < rows * width; i++) {
                double sum = i;
                for (int o = 0; o < outputs; o++)
                    sum +=
                            (double) half(p, i / width * outputs + o)
                                    * half(w, o * width + i % width);
                assertThat(y.getAtIndex(ValueLayout.JAVA_FLOAT, i))
                        .isCloseTo((float) sum, within(2e-3f));
            }
        }
    }

    private static MemorySegment halves(Arena arena, int count, SplittableRandom random) {
        MemorySegment memory = arena.allocate(2L * count, 64);
        for (int i = 0; i < count; i++)
            memory.setAtIndex(
                    ValueLayout.JAVA_SHORT,
                    i,
                    (short) (Float.floatToRawIntBits(random.nextFloat() - 0.5f) >>> 16));
        return memory;
    }

    private static float sum(MemorySegment x, int row, MemorySegment w, int output, int width) {
        double sum = 0;
        for (int k = 0; k < width; k++)
            sum += (double) half(x, row * width + k) * half(w, output * width + k);
        return (float) sum;
    }

    private static float half(MemorySegment from, int at) {
        return Float.intBitsToFloat(from.getAtIndex(ValueLayout.JAVA_SHORT, at) << 16);
    }
}
