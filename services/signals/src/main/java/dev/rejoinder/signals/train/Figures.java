package dev.rejoinder.signals.train;

import dev.rejoinder.lm.probe.RocArea;
import java.util.stream.IntStream;

/**
 * How well probabilities read a label.
 *
 * @param count follow-ups
 * @param positives with the label
 * @param kappa Cohen's, at {@code threshold}
 * @param precision at {@code threshold}
 * @param recall at {@code threshold}
 * @param auc area under the ROC curve; 0.5 is chance
 * @param calibrationError expected calibration error, ten bins of equal width
 * @param threshold at or above which the label is read
 */
record Figures(
        int count,
        int positives,
        double kappa,
        double precision,
        double recall,
        double auc,
        double calibrationError,
        double threshold) {
    private static final int BINS = 10;
    private static final int STEPS = 100;

    static Figures at(double threshold, double[] probabilities, boolean[] truth) {
        Table t = Table.at(threshold, probabilities, truth);
        return new Figures(
                truth.length,
                t.positives(),
                t.kappa(),
                t.precision(),
                t.recall(),
                RocArea.of(probabilities, truth),
                calibrationError(probabilities, truth),
                threshold);
    }

    /** At the threshold in steps of 0.01 whose kappa is largest. */
    static Figures atBestKappa(double[] probabilities, boolean[] truth) {
        double best =
                IntStream.range(1, STEPS)
                        .mapToObj(i -> (double) i / STEPS)
                        .max(
                                java.util.Comparator.comparingDouble(
                                        t -> Table.at(t, probabilities, truth).kappa()))
                        .orElseThrow();
        return at(best, probabilities, truth);
    }

    /** Counts of said and true. */
    record Table(int hits, int alarms, int misses, int rejections) {
        static Table at(double threshold, double[] probabilities, boolean[] truth) {
            int[][] n = new int[2][2];
            for (int i = 0; i < truth.length; i++)
                n[probabilities[i] >= threshold ? 1 : 0][truth[i] ? 1 : 0]++;
            return new Table(n[1][1], n[1][0], n[0][1], n[0][0]);
        }

        int positives() {
            return hits + misses;
        }

        /** 1 where nothing is said: nobody was wrong. */
        double precision() {
            return ratio(hits, hits + alarms, 1);
        }

        double recall() {
            return ratio(hits, hits + misses, 0);
        }

        /** Share of absent labels among what is not said. */
        double absence() {
            return ratio(rejections, rejections + misses, 1);
        }

        /** Agreement beyond chance. */
        double kappa() {
            double n = hits + alarms + misses + rejections;
            double agreed = (hits + rejections) / n;
            double said = (hits + alarms) / n;
            double chance = said * positives() / n + (1 - said) * (1 - positives() / n);
            return chance == 1 ? 0 : (agreed - chance) / (1 - chance);
        }

        private static double ratio(int part, int whole, double none) {
            return whole == 0 ? none : (double) part / whole;
        }
    }

    static double calibrationError(double[] probabilities, boolean[] truth) {
        double[] said = new double[BINS];
        double[] seen = new double[BINS];
        for (int i = 0; i < truth.length; i++) {
            int bin = Math.min(BINS - 1, (int) (probabilities[i] * BINS));
            said[bin] += probabilities[i];
            seen[bin] += truth[i] ? 1 : 0;
        }
        double error = 0;
        for (int b = 0; b < BINS; b++) error += Math.abs(said[b] - seen[b]) / truth.length;
        return error;
    }
}
