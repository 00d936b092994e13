package dev.rejoinder.lm.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Products through a gemm that adds one by one, so that nothing but the splitting is at work. */
class SplitProductTest {
    private static final long SEED = 20261130;

    private final Arena arena = Arena.ofShared();
    private final Team team = new Team(2);

    @AfterEach
    void close() {
        team.close();
        arena.close();
    }

    @Test
    void everyShapeGivesTheSumsOfFloat32Activations() {
        var random = new SplittableRandom(SEED);
        try (var split = new SplitProduct(new PlainGemm())) {
            for (int run = 0; run < 100; run++) {
                int height = 1 + random.nextInt(1200);
                int width = 1 + random.nextInt(90);
                int rows = 1 + random.nextInt(9);
                Matrix w = matrix(height, width, random);
                float[] x = new float[rows * width];
                for (int i = 0; i < x.length; i++) x[i] = 20 * (random.nextFloat() - 0.5f);
                float[] y = new float[rows * height];

                team.wake();
                split.times(team, w, x, rows, y);
                team.rest();

                for (int i = 0; i < y.length; i++)
                    assertThat(y[i])
                            .as("%dx%d, %d rows, number %d", height, width, rows, i)
                            .isCloseTo(exact(w, x, i / height, i % height), within(2e-3f));
            }
        }
    }

    @Test
    void anActivationIsKeptToSixteenBits() {
        var random = new SplittableRandom(SEED);
        float[] x = new float[1001];
        for (int i = 0; i < x.length; i++)
            x[i] = (float) ((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-6, 7)));
        MemorySegment halves = arena.allocate(4L * x.length, 64);

        Numbers.split(x, x.length, halves);

        for (int i = 0; i < x.length; i++) {
            float high = PlainGemm.half(halves, i);
            float low = PlainGemm.half(halves, x.length + i);
            assertThat(high + low).isCloseTo(x[i], within(Math.abs(x[i]) * 0x1p-16f));
            assertThat(high).isCloseTo(x[i], within(Math.abs(x[i]) * 0x1p-8f));
        }
    }

    @Test
    void whatIsNotFiniteDoesNotBecomeFinite() {
        float[] x = new float[40];
        x[3] = Float.NaN;
        x[35] = Float.POSITIVE_INFINITY;
        MemorySegment halves = arena.allocate(4L * x.length, 64);

        Numbers.split(x, x.length, halves);

        assertThat(PlainGemm.half(halves, 3) + PlainGemm.half(halves, 43)).isNaN();
        assertThat(PlainGemm.half(halves, 35) + PlainGemm.half(halves, 75)).isNaN();
    }

    private Matrix matrix(int height, int width, SplittableRandom random) {
        MemorySegment memory = arena.allocate(2L * height * width, 64);
        for (int i = 0; i < height * width; i++)
            Numbers.narrow(Format.BFLOAT16, memory, i, random.nextFloat() - 0.5f);
        return Matrix.of(Format.BFLOAT16, memory, height, width);
    }

    private static float exact(Matrix w, float[] x, int row, int output) {
        double sum = 0;
        for (int k = 0; k < w.width(); k++)
            sum += (double) w.at(output, k) * x[row * w.width() + k];
        return (float) sum;
    }
}
