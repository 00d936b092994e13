package dev.rejoinder.signals.train;

import dev.rejoinder.lm.probe.LogisticRegression;
import dev.rejoinder.signals.detect.Head;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Platt scaling (Platt 1999): {@code p = sigmoid(a z + b)}, fitted on log-odds z out of fold.
 *
 * @param slope a
 * @param offset b
 */
record Calibration(double slope, double offset) {
    /** Two parameters on thousands of rows need no penalty to speak of. */
    private static final LogisticRegression PLAIN = new LogisticRegression(1e6);

    private static final int STEPS = 50;

    /** A precision of fewer verdicts than this is luck. */
    private static final int FEWEST_VERDICTS = 20;

    static Calibration of(double[] logOdds, boolean[] truth) {
        float[][] rows =
                Arrays.stream(logOdds)
                        .mapToObj(z -> new float[] {(float) z})
                        .toArray(float[][]::new);
        double[] weights = new double[truth.length];
        Arrays.fill(weights, 1);
        LogisticRegression.Fit fit = PLAIN.fit(new LogisticRegression.Sample(rows, truth, weights));
        return new Calibration(fit.weights()[0], fit.bias());
    }

    double probability(double logOdds) {
        return 1 / (1 + Math.exp(-slope * logOdds - offset));
    }

    double[] probabilities(double[] logOdds) {
        return Arrays.stream(logOdds).map(this::probability).toArray();
    }

    /** The same probabilities as a function of the raw features. */
    Head.Output fold(String label, LogisticRegression.Fit fit, List<Head.Point> curve) {
        float[] weights = new float[fit.weights().length];
        for (int i = 0; i < weights.length; i++) weights[i] = (float) (slope * fit.weights()[i]);
        return new Head.Output(label, weights, slope * fit.bias() + offset, curve);
    }

    /** What acting above or below each threshold costs, in steps of 0.02. */
    static List<Head.Point> curve(double[] probabilities, boolean[] truth) {
        List<Head.Point> curve = new ArrayList<>();
        for (int i = 1; i < STEPS; i++) {
            double threshold = (double) i / STEPS;
            Figures.Table t = Figures.Table.at(threshold, probabilities, truth);
            if (t.hits() + t.alarms() < FEWEST_VERDICTS) break;
            curve.add(new Head.Point(threshold, t.precision(), t.recall(), t.absence()));
        }
        return curve;
    }
}
