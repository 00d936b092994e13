package dev.rejoinder.lm.probe;

import java.util.Arrays;
import java.util.Comparator;

/** The area under the ROC curve: how often a positive is scored above a negative. 0.5 is chance. */
public final class RocArea {
    private RocArea() {}

    /**
     * The Mann-Whitney statistic; ties count half.
     *
     * @param scores one for each label, of any scale
     * @return 0.5 where all labels are equal
     */
    public static double of(double[] scores, boolean[] labels) {
        Integer[] order = new Integer[labels.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> scores[i]));
        double rankSum = 0;
        long positives = 0;
        for (int from = 0; from < order.length; ) {
            int to = from;
            while (to < order.length && Double.compare(scores[order[to]], scores[order[from]]) == 0)
                to++;
            for (int i = from; i < to; i++)
                if (labels[order[i]]) {
                    rankSum += (from + to + 1) / 2.0;
                    positives++;
                }
            from = to;
        }
        long negatives = labels.length - positives;
        if (positives == 0 || negatives == 0) return 0.5;
        return (rankSum - positives * (positives + 1) / 2.0) / ((double) positives * negatives);
    }
}
