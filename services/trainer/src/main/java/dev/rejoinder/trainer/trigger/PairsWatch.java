package dev.rejoinder.trainer.trigger;

import dev.rejoinder.trainer.dataset.PairSource;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Counts the pairs that wait for a run, reading each of them once. One thread at a time; the count
 * may be read from any.
 */
public final class PairsWatch {
    private final PairSource source;
    private final Clock clock;

    /** Positions of pairs seen and not used, oldest first. */
    private final Deque<Long> waiting = new ArrayDeque<>();

    private long seen;
    private Instant lastPairAt;
    private volatile int count;

    public PairsWatch(PairSource source, Clock clock) {
        this.source = source;
        this.clock = clock;
        this.lastPairAt = clock.instant();
    }

    /**
     * Looks for new pairs.
     *
     * @param used the furthest position a finished run has used
     */
    public void look(long used) {
        seen = Math.max(seen, used);
        List<PairSource.Positioned> fresh = source.after(seen);
        for (PairSource.Positioned pair : fresh) {
            waiting.add(pair.position());
            seen = pair.position();
        }
        if (!fresh.isEmpty()) lastPairAt = clock.instant();
        while (!waiting.isEmpty() && waiting.peekFirst() <= used) waiting.removeFirst();
        count = waiting.size();
    }

    /** Pairs no finished run has used. */
    public int waiting() {
        return count;
    }

    Instant lastPairAt() {
        return lastPairAt;
    }
}
