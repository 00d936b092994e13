package dev.rejoinder.trainer.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.lm.train.TokenObjective.Value;
import org.junit.jupiter.api.Test;

class DriftLossTest {
    private static final float[] BASE = {-1, -2.5f, -0.25f};

    private final DriftLoss loss = new DriftLoss(BASE);

    @Test
    void isHalfTheMeanSquareOfWhatMoved() {
        Value moved = loss.at(new float[][] {{-0.5f, -2.5f, -1.25f}});

        assertThat(moved.loss()).isCloseTo((0.25 + 0 + 1) / 2 / 3, within(1e-9));
        assertThat(moved.gradient()[0]).containsExactly(0.5f / 3, 0, -1f / 3);
    }

    @Test
    void holdsWhatHasNotMovedAndPullsNowhere() {
        Value still = loss.at(new float[][] {BASE.clone()});

        assertThat(still.loss()).isZero();
        assertThat(still.gradient()[0]).containsOnly(0);
    }

    @Test
    void itsGradientIsItsSlope() {
        float[] at = {-0.7f, -3.1f, -0.9f};
        float[] slope = loss.at(new float[][] {at}).gradient()[0];
        float h = 1e-2f;
        for (int t = 0; t < at.length; t++) {
            float[] up = at.clone();
            float[] down = at.clone();
            up[t] += h;
            down[t] -= h;
            double rise = loss.at(new float[][] {up}).loss() - loss.at(new float[][] {down}).loss();
            assertThat((double) slope[t]).isCloseTo(rise / (2 * h), within(1e-4));
        }
    }
}
