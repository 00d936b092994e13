package dev.rejoinder.bench;

import java.util.Arrays;

/**
 * Seconds of one piece of work, repeated.
 *
 * @param median of the repeats; between the middle two where their number is even
 * @param fastest least
 * @param slowest most
 */
public record Timing(double median, double fastest, double slowest) {
    /** Work to time; what it returns is thrown away. */
    @FunctionalInterface
    public interface Work {
        void run();
    }

    /** Runs the work once to warm up, then measures. */
    public static Timing of(int repeats, Work work) {
        work.run();
        double[] seconds = new double[repeats];
        for (int i = 0; i < repeats; i++) {
            long start = System.nanoTime();
            work.run();
            seconds[i] = (System.nanoTime() - start) / 1e9;
        }
        return of(seconds);
    }

    /** Of runs that somebody else has timed. */
    public static Timing of(double[] seconds) {
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Timing(median, sorted[0], sorted[sorted.length - 1]);
    }

    /**
     * The value that a share of all do not exceed (nearest rank).
     *
     * @param share above 0, at most 1
     */
    public static double quantile(double[] seconds, double share) {
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.max(rank, 1) - 1];
    }
}
