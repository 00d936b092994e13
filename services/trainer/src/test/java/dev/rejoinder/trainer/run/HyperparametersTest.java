package dev.rejoinder.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.trainer.loss.Preference;
import org.junit.jupiter.api.Test;

class HyperparametersTest {
    @Test
    void fewPairsGetPassesUntilThereAreEnoughSteps() {
        Hyperparameters atLeast100 = with(3, 100);

        assertThat(atLeast100.passes(57)).isEqualTo(7);
        assertThat(atLeast100.totalSteps(57)).isEqualTo(100);
        assertThat(atLeast100.passes(400)).isEqualTo(3);
        assertThat(atLeast100.totalSteps(400)).isEqualTo(300);
    }

    @Test
    void withoutALeastNumberOfStepsThePassesDecide() {
        assertThat(with(3, 0).totalSteps(8)).isEqualTo(6);
    }

    @Test
    void noPairIsLearnedByHeart() {
        assertThat(with(1, 100_000).passes(2)).isEqualTo(100);
    }

    @Test
    void aNumberOfStepsOutsideItsLimitsIsRefused() {
        assertThatThrownBy(() -> with(3, -1)).hasMessageContaining("min_steps of -1 is outside 0");
        assertThatThrownBy(() -> with(3, 100_001)).hasMessageContaining("min_steps of 100001");
    }

    @Test
    void aWeightOfAnchorsOutsideItsLimitsIsRefused() {
        assertThatThrownBy(() -> with(-1, 3, 0)).hasMessageContaining("anchor_weight of -1.0 is");
        assertThatThrownBy(() -> with(Double.NaN, 3, 0)).hasMessageContaining("0 to 1000");
    }

    private static Hyperparameters with(int epochs, int minSteps) {
        return with(0, epochs, minSteps);
    }

    private static Hyperparameters with(double anchorWeight, int epochs, int minSteps) {
        return new Hyperparameters(
                new Preference.Dpo(0.1, 1),
                anchorWeight,
                AdapterConfig.attention(),
                new Hyperparameters.Optimiser(
                        new Schedule(1e-4, 0.05, Schedule.Shape.CONSTANT), 0.01, 1),
                epochs,
                minSteps,
                4,
                1);
    }
}
