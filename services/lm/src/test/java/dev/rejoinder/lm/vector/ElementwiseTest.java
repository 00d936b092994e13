package dev.rejoinder.lm.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElementwiseTest {
    private static final long SEED = 20261130;

    /** A whole number of vectors, and ends of one. */
    @ParameterizedTest
    @ValueSource(ints = {64, 71})
    void exponentialsAreThoseOfDoublePrecision(int count) {
        var random = new SplittableRandom(SEED);
        for (int run = 0; run < 200; run++) {
            float[] x = new float[count];
            for (int i = 0; i < count; i++) x[i] = (float) (random.nextDouble() * 100 - 87);
            float[] e = x.clone();

            float sum = Softmax.exponentials(e, 0, count, 13, 1);

            double exact = 0;
            for (int i = 0; i < count; i++) {
                double one = Math.exp((double) x[i] - 13);
                exact += one;
                if (x[i] - 13 < -87) continue;
                assertThat((double) e[i]).isCloseTo(one, within(one * 1e-5));
            }
            assertThat((double) sum).isCloseTo(exact, within(exact * 1e-5));
        }
    }

    /** Far below zero, where e^-x is no float, and far above. */
    @ParameterizedTest
    @ValueSource(ints = {64, 71})
    void aGateIsThatOfDoublePrecision(int count) {
        var random = new SplittableRandom(SEED);
        for (int run = 0; run < 200; run++) {
            float[] gate = new float[count];
            float[] up = new float[count];
            float[] both = new float[2 * count];
            for (int i = 0; i < count; i++) {
                gate[i] = (float) ((random.nextDouble() - 0.5) * (i % 7 == 0 ? 500 : 10));
                up[i] = (float) random.nextDouble();
            }
            System.arraycopy(gate, 0, both, 0, count);
            System.arraycopy(up, 0, both, count, count);
            float[] out = new float[count];

            Elementwise.swiGlu(both, 0, count, out, 0, count);

            for (int i = 0; i < count; i++) {
                double exact = gate[i] / (1 + Math.exp(-(double) gate[i])) * up[i];
                assertThat((double) out[i])
                        .isCloseTo(exact, within(Math.abs(exact) * 1e-5 + 1e-30));
            }
        }
    }

    @Test
    void whatIsHiddenCountsForNothingAndWhatIsNoNumberStaysNone() {
        float[] x = new float[64];
        for (int i = 0; i < x.length; i++)
            x[i] =
                    switch (i % 4) {
                        case 0 -> Float.NEGATIVE_INFINITY;
                        case 1 -> -200;
                        case 2 -> Float.NaN;
                        default -> 0;
                    };

        Softmax.exponentials(x, 0, x.length, 0, 1);

        for (int i = 0; i < x.length; i++) {
            if (i % 4 < 2) assertThat(x[i]).isZero();
            else if (i % 4 == 2) assertThat(x[i]).isNaN();
            else assertThat(x[i]).isEqualTo(1);
        }
    }

    /** The first calls are interpreted, the last are compiled. */
    @Test
    void theSameNumbersGiveTheSameBitsHoweverOftenTheyAreComputed() {
        var random = new SplittableRandom(SEED);
        float[] x = new float[576];
        float[] weight = new float[576];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (random.nextDouble() * 20 - 10);
            weight[i] = (float) random.nextDouble();
        }
        float[] first = all(x, weight);

        for (int run = 0; run < 20_000; run++) assertThat(all(x, weight)).isEqualTo(first);
    }

    /** A norm, a gate, exponentials and their sums. */
    private static float[] all(float[] x, float[] weight) {
        int n = x.length;
        float[] out = new float[2 * n + 2];
        Elementwise.rmsNorm(x, 0, n, weight, 1e-5, out, 0);
        Elementwise.swiGlu(out, 0, n / 2, out, n, n / 2);
        System.arraycopy(x, 0, out, n + n / 2, n / 2);
        out[2 * n] = Softmax.exponentials(out, n + n / 2, 2 * n, 10, 0.5f);
        out[2 * n + 1] = Softmax.logSumExp(x, 0, n);
        return out;
    }

    @Test
    void aHeadIsTurnedByItsAngle() {
        int half = 19;
        float[] head = new float[2 * half];
        float[] cosines = new float[2 * half];
        float[] sines = new float[2 * half];
        for (int i = 0; i < half; i++) {
            head[i] = 1 + i;
            head[half + i] = 3 - i;
            cosines[i] = cosines[half + i] = (float) Math.cos(0.1 * i);
            sines[half + i] = (float) Math.sin(0.1 * i);
            sines[i] = -sines[half + i];
        }

        Elementwise.rotate(head, 0, half, cosines, sines, 0);

        for (int i = 0; i < half; i++) {
            double cosine = Math.cos(0.1 * i);
            double sine = Math.sin(0.1 * i);
            assertThat((double) head[i]).isCloseTo((1 + i) * cosine - (3 - i) * sine, within(1e-5));
            assertThat((double) head[half + i])
                    .isCloseTo((3 - i) * cosine + (1 + i) * sine, within(1e-5));
        }
    }
}
