package dev.rejoinder.bench.soak;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How requests ended, and what went wrong. Safe for many threads. */
public final class Tally {
    /** Enough to see what is wrong; the number says how often. */
    private static final int SHOWN = 5;

    private final Object countsLock = new Object();
    private final Map<Outcome, Integer> ended = new EnumMap<>(Outcome.class);
    private final List<String> faults = new ArrayList<>();
    private int asked;
    private int faultCount;

    /**
     * @param asked requests
     * @param ended how; those that have not are missing
     * @param faults the first of them in words
     * @param faultCount failed requests, and whatever else should not have happened
     */
    public record Counts(
            int asked, Map<Outcome, Integer> ended, List<String> faults, int faultCount) {
        public Counts {
            ended = Map.copyOf(ended);
            faults = List.copyOf(faults);
        }

        public int of(Outcome outcome) {
            return ended.getOrDefault(outcome, 0);
        }

        /** Requests that have not ended. */
        public int open() {
            return asked - ended.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    public void asked() {
        synchronized (countsLock) {
            asked++;
        }
    }

    public void ended(Outcome outcome) {
        synchronized (countsLock) {
            ended.merge(outcome, 1, Integer::sum);
        }
    }

    public void fault(String what) {
        synchronized (countsLock) {
            faultCount++;
            if (faults.size() < SHOWN) faults.add(what);
        }
    }

    public Counts counts() {
        synchronized (countsLock) {
            return new Counts(asked, ended, faults, faultCount);
        }
    }
}
