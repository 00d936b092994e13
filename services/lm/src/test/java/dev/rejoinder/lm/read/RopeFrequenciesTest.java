package dev.rejoinder.lm.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.lm.read.ModelConfig.RopeScaling;
import org.junit.jupiter.api.Test;

class RopeFrequenciesTest {
    private static final double THETA = 500_000;
    private static final int HEAD = 64;

    /**
     * By hand for Llama 3.2 1B (theta 500,000, head 64, factor 32, original context 8192):
     * frequency 0 is 1, 8192 / 2 pi = 1303.8 turns > 4, so it stays; frequency 31 is
     * 500000^(-62/64) = 3.0138e-6, 0.0039 turns < 1, so it is divided by 32; frequency 16 is
     * 500000^-0.5 = 1.41421e-3, 1.84385 turns, smooth = 0.281283, divisor 1 / ((1 - 0.281283) / 32
     * + 0.281283) = 3.29226.
     */
    @Test
    void slowFrequenciesAreStretchedAndFastOnesKept() {
        RopeScaling scaling = new RopeScaling(32, 1, 4, 8192);

        assertThat(RopeFrequencies.divisor(scaling, 1)).isEqualTo(1);
        assertThat(RopeFrequencies.divisor(scaling, Math.pow(THETA, -62.0 / 64))).isEqualTo(32);
        assertThat(RopeFrequencies.divisor(scaling, Math.pow(THETA, -0.5)))
                .isCloseTo(3.29226, within(1e-5));
    }

    @Test
    void theFactorsOfAGgufGiveLlamasNumbersBack() {
        RopeScaling scaling = new RopeScaling(8, 1, 4, 8192);

        assertThat(RopeFrequencies.recognise(factors(scaling), THETA, HEAD, "m.gguf"))
                .isEqualTo(scaling);
    }

    @Test
    void otherFactorsAreRefused() {
        float[] factors = factors(new RopeScaling(8, 1, 4, 8192));
        factors[20] *= 1.1f;

        assertThatThrownBy(() -> RopeFrequencies.recognise(factors, THETA, HEAD, "m.gguf"))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("m.gguf");
    }

    private static float[] factors(RopeScaling scaling) {
        float[] factors = new float[HEAD / 2];
        for (int i = 0; i < factors.length; i++) {
            double frequency = Math.pow(THETA, -2.0 * i / HEAD);
            factors[i] = (float) RopeFrequencies.divisor(scaling, frequency);
        }
        return factors;
    }
}
