package dev.rejoinder.lm.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.lm.probe.LogisticRegression.Fit;
import dev.rejoinder.lm.probe.LogisticRegression.Sample;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogisticRegressionTest {
    /**
     * One feature that is always 0 leaves the bias alone: its optimum is the log-odds of the
     * weighted shares, log(3 / 1).
     */
    @Test
    void withoutEvidenceTheBiasIsTheLogOddsOfTheShare() {
        float[][] rows = {{0}, {0}, {0}};
        Sample sample = new Sample(rows, new boolean[] {true, true, false}, new double[] {1, 2, 1});

        Fit fit = new LogisticRegression(1).fit(sample);

        assertThat(fit.bias()).isCloseTo(Math.log(3), within(1e-3));
        assertThat(fit.weights()[0]).isZero();
    }

    /**
     * x = +-1 with labels sign(x), no bias by symmetry: the optimum solves w / C = 2 sigmoid(-w);
     * for C = 1 that is w = 0.6745... (w = 2 / (1 + e^w)).
     */
    @Test
    void thePenaltyHoldsTheWeightWhereItsSlopeMeetsThatOfTheLoss() {
        float[][] rows = {{1}, {-1}};
        Sample sample = new Sample(rows, new boolean[] {true, false}, new double[] {1, 1});

        Fit fit = new LogisticRegression(1).fit(sample);

        double w = fit.weights()[0];
        assertThat(w).isCloseTo(2 / (1 + Math.exp(w)), within(1e-3));
        assertThat(fit.bias()).isCloseTo(0, within(1e-4));
    }

    @Test
    void noStepInAnyDirectionLowersTheLossOfTheFit() {
        long seed = 11;
        Random random = new Random(seed);
        float[][] rows = new float[80][7];
        boolean[] labels = new boolean[80];
        double[] weights = new double[80];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < 7; j++) rows[i][j] = (float) random.nextGaussian();
            labels[i] = rows[i][0] - rows[i][3] + random.nextGaussian() > 0;
            weights[i] = 0.5 + random.nextDouble();
        }
        Sample sample = new Sample(rows, labels, weights);
        Fit fit = new LogisticRegression(0.1).fit(sample);
        double best = loss(sample, fit.weights(), fit.bias(), 0.1);

        for (int trial = 0; trial < 200; trial++) {
            float[] moved = fit.weights().clone();
            for (int j = 0; j < moved.length; j++)
                moved[j] += (float) (0.05 * random.nextGaussian());
            assertThat(loss(sample, moved, fit.bias() + 0.05 * random.nextGaussian(), 0.1))
                    .as("seed %d", seed)
                    .isGreaterThan(best - 1e-6);
        }
    }

    private static double loss(Sample s, float[] w, double b, double c) {
        double loss = 0;
        for (int i = 0; i < s.rows().length; i++) {
            double z = b;
            for (int j = 0; j < w.length; j++) z += w[j] * s.rows()[i][j];
            loss += s.weights()[i] * Math.log1p(Math.exp(s.labels()[i] ? -z : z));
        }
        for (float x : w) loss += x * x / (2 * c);
        return loss;
    }

    @Test
    void standardisationFoldedIntoTheWeightsGivesTheSameLogOdds() {
        Random random = new Random(5);
        float[][] rows = new float[50][4];
        boolean[] labels = new boolean[50];
        double[] ones = new double[50];
        Arrays.fill(ones, 1);
        for (int i = 0; i < 50; i++) {
            for (int j = 0; j < 4; j++) rows[i][j] = (float) (100 * j + random.nextGaussian() * j);
            labels[i] = random.nextBoolean();
        }
        Standardisation standardisation = Standardisation.of(rows, 1, 4);
        float[][] z = Arrays.stream(rows).map(standardisation::apply).toArray(float[][]::new);

        Fit fit = new LogisticRegression(1).fit(new Sample(z, labels, ones));

        Fit folded = standardisation.fold(fit);
        for (int i = 0; i < 50; i++)
            assertThat(folded.logOdds(rows[i])).isCloseTo(fit.logOdds(z[i]), within(1e-3));
    }
}
