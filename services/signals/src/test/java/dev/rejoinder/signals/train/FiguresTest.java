package dev.rejoinder.signals.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FiguresTest {
    private static final double[] SAID = {0.9, 0.8, 0.7, 0.3, 0.2};
    private static final boolean[] TRUE = {true, true, false, true, false};

    /**
     * At 0.5 three are said, two of them true; one is missed. Agreement 3/5, chance 3/5 * 3/5 + 2/5
     * * 2/5 = 0.52, kappa = 0.08 / 0.48.
     */
    @Test
    void kappaPrecisionAndRecallAreCountedByHand() {
        Figures f = Figures.at(0.5, SAID, TRUE);

        assertThat(f.precision()).isCloseTo(2 / 3.0, within(1e-9));
        assertThat(f.recall()).isCloseTo(2 / 3.0, within(1e-9));
        assertThat(f.kappa()).isCloseTo(0.08 / 0.48, within(1e-9));
    }

    /**
     * Two bins of two: said 0.25 and seen 0.5, said 0.75 and seen 0.5: a quarter off everywhere.
     */
    @Test
    void theCalibrationErrorIsTheMeanDistanceOfSaidAndSeen() {
        double[] said = {0.25, 0.25, 0.75, 0.75};
        boolean[] truth = {true, false, true, false};

        assertThat(Figures.calibrationError(said, truth)).isCloseTo(0.25, within(1e-9));
    }

    @Test
    void plattScalingMakesOverconfidentLogOddsHonest() {
        double[] logOdds = new double[400];
        boolean[] truth = new boolean[400];
        for (int i = 0; i < 400; i++) {
            logOdds[i] = i % 2 == 0 ? 8 : -8;
            truth[i] = (i % 2 == 0) == (i % 8 < 6);
        }

        Calibration calibration = Calibration.of(logOdds, truth);

        assertThat(calibration.probability(8)).isCloseTo(0.75, within(0.01));
        assertThat(calibration.probability(-8)).isCloseTo(0.25, within(0.01));
    }

    @Test
    void theCurveGivesEveryThresholdItsPrice() {
        double[] said = new double[100];
        boolean[] truth = new boolean[100];
        for (int i = 0; i < 100; i++) {
            said[i] = i / 100.0;
            truth[i] = i >= 50;
        }

        assertThat(Calibration.curve(said, truth))
                .anySatisfy(p -> {
                    assertThat(p.threshold()).isEqualTo(0.5);
                    assertThat(p.precision()).isEqualTo(1);
                    assertThat(p.recall()).isEqualTo(1);
                    assertThat(p.absence()).isEqualTo(1);
                })
                .noneSatisfy(p -> assertThat(p.threshold()).isGreaterThan(0.8));
    }
}
