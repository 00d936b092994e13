package dev.rejoinder.bench;

import java.util.Arrays;

/**
 * Seconds of one piece of work, repeated.
 *
 * @param median of the repeats
 * @param fastest least
 * @param slowest most
 */
public record Timing(double median, double fastest, double slowest) {
    /** Work to time; what it returns is thrown away. */
    @FunctionalInterface
    interface Work {
        void run();
    }

    /** Runs the work once to warm up, then measures. */
    static Timing of(int repeats, Work work) {
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
        return new Timing(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }
}
