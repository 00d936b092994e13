package dev.rejoinder.trainer.satisfaction;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.lm.probe.LogisticRegression;
import dev.rejoinder.lm.probe.LogisticRegression.Fit;
import dev.rejoinder.lm.probe.RocArea;
import dev.rejoinder.lm.probe.Standardisation;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Tells replies like those users were satisfied with from replies like those they complained about.
 * Both sides weigh the same however many there are, so 0.5 is where a reply is as much like the one
 * as like the other.
 *
 * @param fit log-odds of raw states
 * @param quality how well it reads users it was not fitted to
 */
record SatisfactionProbe(Fit fit, Quality quality) {
    /** Smooth: there are more states than judged replies. */
    private static final LogisticRegression REGRESSION = new LogisticRegression(0.01);

    private static final int FOLDS = 5;

    private static final double LEAST_AUC = 0.7;

    /**
     * @param satisfied replies users were satisfied with
     * @param dissatisfied replies they complained about
     * @param auc area under the ROC curve, each user judged by a probe fitted to the others; 0.5 is
     *     chance
     */
    record Quality(int satisfied, int dissatisfied, double auc) {
        /**
         * Whether it reads strangers clearly better than chance would: by two standard errors of
         * the Mann-Whitney statistic without an effect, and well enough to be of use.
         */
        boolean suffices() {
            double error =
                    Math.sqrt((satisfied + dissatisfied + 1) / (12.0 * satisfied * dissatisfied));
            return auc >= Math.max(LEAST_AUC, 0.5 + 2 * error);
        }
    }

    /**
     * What is known.
     *
     * @param states {@code [reply][state]}
     * @param satisfied one for each reply, of both kinds
     * @param groups one for each reply; replies of one group are left out together
     */
    record Evidence(float[][] states, boolean[] satisfied, List<String> groups) {
        private int count(boolean kind) {
            int count = 0;
            for (boolean s : satisfied) if (s == kind) count++;
            return count;
        }

        private int fold(int row) {
            String digest = Digests.sha256("fold", groups.get(row));
            return Math.floorMod(Integer.parseUnsignedInt(digest.substring(0, 8), 16), FOLDS);
        }

        private Evidence only(IntPredicate rows) {
            int[] kept = IntStream.range(0, states.length).filter(rows).toArray();
            boolean[] labels = new boolean[kept.length];
            for (int i = 0; i < kept.length; i++) labels[i] = satisfied[kept[i]];
            return new Evidence(
                    Arrays.stream(kept).mapToObj(i -> states[i]).toArray(float[][]::new),
                    labels,
                    Arrays.stream(kept).mapToObj(groups::get).toList());
        }

        private boolean hasBothKinds() {
            return count(true) > 0 && count(false) > 0;
        }
    }

    /**
     * @throws IllegalArgumentException if one kind is missing
     */
    static SatisfactionProbe fit(Evidence evidence) {
        if (!evidence.hasBothKinds())
            throw new IllegalArgumentException(
                    "%d satisfied and %d dissatisfied replies: a probe needs both"
                            .formatted(evidence.count(true), evidence.count(false)));
        return new SatisfactionProbe(
                regression(evidence),
                new Quality(evidence.count(true), evidence.count(false), crossValidated(evidence)));
    }

    /** In (0, 1). */
    double probability(float[] states) {
        return 1 / (1 + Math.exp(-fit.logOdds(states)));
    }

    private static Fit regression(Evidence evidence) {
        Standardisation standardisation = Standardisation.of(evidence.states());
        float[][] rows =
                Arrays.stream(evidence.states())
                        .map(standardisation::apply)
                        .toArray(float[][]::new);
        double ofSatisfied = rows.length / (2.0 * evidence.count(true));
        double ofDissatisfied = rows.length / (2.0 * evidence.count(false));
        double[] weights = new double[rows.length];
        for (int i = 0; i < rows.length; i++)
            weights[i] = evidence.satisfied()[i] ? ofSatisfied : ofDissatisfied;
        return standardisation.fold(
                REGRESSION.fit(new LogisticRegression.Sample(rows, evidence.satisfied(), weights)));
    }

    /** Chance, where the folds cannot be made. */
    private static double crossValidated(Evidence evidence) {
        double[] outOfFold = new double[evidence.states().length];
        for (int fold = 0; fold < FOLDS; fold++) {
            int left = fold;
            Evidence others = evidence.only(i -> evidence.fold(i) != left);
            if (!others.hasBothKinds()) return 0.5;
            Fit fit = regression(others);
            for (int i = 0; i < outOfFold.length; i++)
                if (evidence.fold(i) == left) outOfFold[i] = fit.logOdds(evidence.states()[i]);
        }
        return RocArea.of(outOfFold, evidence.satisfied());
    }
}
