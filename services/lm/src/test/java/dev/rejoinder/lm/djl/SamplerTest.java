package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.lm.generate.Sampling;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final float[] PROBABILITIES = {0.05f, 0.4f, 0.25f, 0.2f, 0.1f};
    private static final int DRAWS = 20_000;

    @Test
    void tokensAreDrawnAsOftenAsTheyAreLikely() {
        double[] frequencies = frequencies(new Sampling(1, 1, 7, 0));

        for (int i = 0; i < PROBABILITIES.length; i++)
            assertThat(frequencies[i]).isCloseTo(PROBABILITIES[i], within(0.01));
    }

    /** 0.4 + 0.25 is below 0.7, with 0.2 it reaches it: three tokens of mass 0.85. */
    @Test
    void onlyTheFewestLikeliestTokensThatReachTopPAreDrawn() {
        double[] frequencies = frequencies(new Sampling(1, 0.7, 8, 0));

        assertThat(frequencies[0]).isZero();
        assertThat(frequencies[4]).isZero();
        assertThat(frequencies[1]).isCloseTo(0.4 / 0.85, within(0.015));
        assertThat(frequencies[3]).isCloseTo(0.2 / 0.85, within(0.015));
    }

    private static double[] frequencies(Sampling sampling) {
        var sampler = new Sampler(sampling);
        double[] counts = new double[PROBABILITIES.length];
        for (int i = 0; i < DRAWS; i++) counts[sampler.draw(PROBABILITIES)] += 1.0 / DRAWS;
        return counts;
    }
}
