package dev.rejoinder.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether memory stays where it is.
 *
 * @param ratio native memory at the end over that after the first 1,000 requests
 * @param objections why it is no; empty if it is yes
 */
public record Verdict(double ratio, List<String> objections) {
    /** What is promised. */
    public static final double MOST_RATIO = 1.02;

    public Verdict {
        objections = List.copyOf(objections);
    }

    /**
     * @param readings in order, at least two unless requests never ended
     */
    public static Verdict of(List<Reading> readings, Tally.Counts counts) {
        List<String> objections = new ArrayList<>();
        if (counts.open() > 0) objections.add(counts.open() + " requests never ended");
        if (counts.faultCount() > 0) objections.add(counts.faultCount() + " faults");
        if (readings.size() < 2) {
            objections.add("too few readings to compare");
            return new Verdict(Double.NaN, objections);
        }
        Reading first = readings.getFirst();
        Reading last = readings.getLast();
        double ratio = last.ratioTo(first);
        if (!(ratio <= MOST_RATIO)) objections.add("native memory grows");
        if (last.tensors() > first.tensors())
            objections.add("%d tensors, %d before".formatted(last.tensors(), first.tensors()));
        if (last.blocks() > 0)
            objections.add(last.blocks() + " blocks of the cache are held by no request");
        return new Verdict(ratio, objections);
    }

    public boolean passed() {
        return objections.isEmpty();
    }

    /** One line for people. */
    public String line() {
        String measured =
                String.format(
                        Locale.ROOT,
                        "native memory at the end is %.4f times that after %d requests, at most %.2f allowed",
                        ratio,
                        SoakOptions.READ_EVERY,
                        MOST_RATIO);
        return passed()
                ? "no leak: " + measured
                : "failed, " + String.join("; ", objections) + ": " + measured;
    }
}
