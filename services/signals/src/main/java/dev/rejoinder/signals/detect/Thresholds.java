package dev.rejoinder.signals.detect;

import java.util.Comparator;
import java.util.List;

/**
 * When a probability becomes a verdict.
 *
 * @param yesFrom YES at or above
 * @param noBelow NO below; never above {@code yesFrom}
 * @param yesPrecision share of YES verdicts that were right out of fold
 * @param yesRecall share of true labels that got a YES out of fold
 */
public record Thresholds(double yesFrom, double noBelow, double yesPrecision, double yesRecall) {
    /**
     * A NO is weaker evidence than a YES (most follow-ups carry no signal at all), so it has to be
     * right this often whatever is asked of a YES.
     */
    static final double ABSENCE = 0.9;

    /** Below it a calibrated label is likelier absent than present, whatever the precision. */
    private static final double EVEN = 0.5;

    /**
     * The lowest threshold from {@value #EVEN} on whose precision reaches the target, or the most
     * precise one where none does.
     *
     * @param curve of one label, by rising threshold
     * @param precision target for YES, in (0, 1)
     */
    public static Thresholds choose(List<Head.Point> curve, double precision) {
        List<Head.Point> likely = curve.stream().filter(p -> p.threshold() >= EVEN).toList();
        if (likely.isEmpty()) likely = curve;
        Head.Point mostPrecise =
                likely.stream()
                        .max(Comparator.comparingDouble(Head.Point::precision))
                        .orElseThrow();
        Head.Point yes =
                likely.stream()
                        .filter(p -> p.precision() >= precision)
                        .min(Comparator.comparingDouble(Head.Point::threshold))
                        .orElse(mostPrecise);
        double no =
                curve.stream()
                        .filter(p -> p.absence() >= ABSENCE)
                        .mapToDouble(Head.Point::threshold)
                        .max()
                        .orElse(0);
        return new Thresholds(
                yes.threshold(), Math.min(no, yes.threshold()), yes.precision(), yes.recall());
    }

    Verdict of(double probability) {
        if (probability >= yesFrom) return Verdict.YES;
        return probability < noBelow ? Verdict.NO : Verdict.UNSURE;
    }
}
