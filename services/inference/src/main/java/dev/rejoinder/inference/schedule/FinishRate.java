package dev.rejoinder.inference.schedule;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/** How fast replies are finished at present, for telling a refused client when to come back. */
final class FinishRate {
    private static final int REMEMBERED = 32;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int MAX_SECONDS = 60;

    private final LongSupplier nanoTime;
    private final Deque<Long> finishes = new ArrayDeque<>();

    FinishRate(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void finished() {
        finishes.addLast(nanoTime.getAsLong());
        if (finishes.size() > REMEMBERED) finishes.removeFirst();
    }

    /**
     * Whole seconds until so many more replies will have been finished, 1 to 60; 1 while nothing
     * has been measured.
     */
    synchronized int secondsFor(int replies) {
        if (finishes.isEmpty()) return 1;
        double span = (nanoTime.getAsLong() - finishes.getFirst()) / NANOS_PER_SECOND;
        double perReply = span / finishes.size();
        return (int) Math.clamp(Math.ceil(perReply * replies), 1, MAX_SECONDS);
    }
}
