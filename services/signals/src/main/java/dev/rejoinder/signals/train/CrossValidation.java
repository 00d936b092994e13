package dev.rejoinder.signals.train;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.lm.probe.LogisticRegression;
import dev.rejoinder.lm.probe.LogisticRegression.Fit;
import dev.rejoinder.lm.probe.LogisticRegression.Sample;
import dev.rejoinder.lm.probe.Standardisation;
import dev.rejoinder.signals.detect.FollowUpFeatures;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Fits every label five times, each time without a fifth of the conversations, and once with all:
 * the first give log-odds nobody was trained on, the last the weights.
 */
final class CrossValidation {
    static final int FOLDS = 5;

    /** Chosen on the folds among 1, 2, 4 and 8. */
    private static final double WORDS_DEVIATION = 4;

    private final List<LabelledFollowUp> data;
    private final float[][] features;
    private final LogisticRegression regression;
    private final Consumer<String> progress;

    /**
     * One label's result.
     *
     * @param outOfFold log-odds, one for each follow-up, by weights that never saw its conversation
     * @param fit on everything, of the raw features
     */
    record Outcome(double[] outOfFold, Fit fit) {}

    /**
     * @param features {@code [follow-up][feature]}, raw
     */
    CrossValidation(
            List<LabelledFollowUp> data,
            float[][] features,
            LogisticRegression regression,
            Consumer<String> progress) {
        this.data = List.copyOf(data);
        this.features = features;
        this.regression = regression;
        this.progress = progress;
    }

    /** In the order of the labels. */
    List<Outcome> run(List<Label> labels) {
        double[][] outOfFold = new double[labels.size()][data.size()];
        for (int fold = 0; fold < FOLDS; fold++) {
            progress.accept("fold " + (fold + 1) + " of " + FOLDS);
            int left = fold;
            int[] train = rows(i -> fold(i) != left);
            int[] test = rows(i -> fold(i) == left);
            Standardisation standardisation = standardisation(pick(features, train));
            float[][] z = standardised(standardisation, train);
            float[][] held = standardised(standardisation, test);
            IntStream.range(0, labels.size())
                    .parallel()
                    .forEach(l -> {
                        Fit fit = regression.fit(sample(labels.get(l), z, train));
                        for (int i = 0; i < test.length; i++)
                            outOfFold[l][test[i]] = fit.logOdds(held[i]);
                    });
        }
        return whole(labels, outOfFold);
    }

    private List<Outcome> whole(List<Label> labels, double[][] outOfFold) {
        progress.accept("all conversations");
        int[] all = rows(i -> true);
        Standardisation standardisation = standardisation(features);
        float[][] z = standardised(standardisation, all);
        return IntStream.range(0, labels.size())
                .parallel()
                .mapToObj(l ->
                        new Outcome(
                                outOfFold[l],
                                standardisation.fold(
                                        regression.fit(sample(labels.get(l), z, all)))))
                .toList();
    }

    /** By the conversation's name alone, so that more data moves nobody. */
    private int fold(int row) {
        String digest = Digests.sha256("fold", data.get(row).group());
        return Math.floorMod(Integer.parseUnsignedInt(digest.substring(0, 8), 16), FOLDS);
    }

    private static Standardisation standardisation(float[][] rows) {
        return Standardisation.of(rows, FollowUpFeatures.WORDS, WORDS_DEVIATION);
    }

    private int[] rows(java.util.function.IntPredicate which) {
        return IntStream.range(0, data.size()).filter(which).toArray();
    }

    private Sample sample(Label label, float[][] z, int[] rows) {
        double[] weights = Arrays.stream(rows).mapToDouble(i -> data.get(i).weight()).toArray();
        return new Sample(z, label.of(data, rows), weights);
    }

    private float[][] standardised(Standardisation standardisation, int[] rows) {
        return Arrays.stream(rows)
                .mapToObj(i -> standardisation.apply(features[i]))
                .toArray(float[][]::new);
    }

    private static float[][] pick(float[][] from, int[] rows) {
        return Arrays.stream(rows).mapToObj(i -> from[i]).toArray(float[][]::new);
    }
}
