package dev.rejoinder.inference.schedule;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rows that have no place in the batch yet, and how many are in flight: bounded in all and for each
 * key, so that no key fills it. Safe for many threads.
 */
final class WaitingRoom implements Row.Owner {
    private static final Log LOG = Log.of(WaitingRoom.class);

    private final int capacity;
    private final QueueLimits limits;
    private final FinishRate rate;
    private final Object queueLock = new Object();
    private final FairQueue<Row> queue;
    private boolean open = true;
    private boolean closed;

    /**
     * @param capacity of the batch
     */
    WaitingRoom(int capacity, QueueLimits limits, LongSupplier nanoTime) {
        this.capacity = capacity;
        this.limits = limits;
        this.rate = new FinishRate(nanoTime);
        this.queue = new FairQueue<>(limits.weights());
    }

    /**
     * Takes all of the key's rows or none.
     *
     * @throws Refusal if there is no room for them
     */
    void add(String key, List<Row> rows) {
        synchronized (queueLock) {
            if (!open) throw Refusal.unavailable("the service is stopping; try another node");
            requireRoom(key, rows.size());
            rows.forEach(row -> queue.add(key, row));
            queueLock.notifyAll();
        }
    }

    private void requireRoom(String key, int wanted) {
        int excess = queue.inFlight() + wanted - capacity - limits.maxWaiting();
        if (excess > 0)
            throw full(
                    "%d replies are running or waiting and %d more were asked for, the limit is %d"
                            .formatted(queue.inFlight(), wanted, capacity + limits.maxWaiting()),
                    limits.maxWaiting(),
                    rate.secondsFor(excess));
        int own = queue.inFlight(key);
        int ownExcess = own + wanted - capacity - limits.maxWaitingPerKey();
        if (ownExcess > 0)
            throw full(
                    "%d replies to this user or API key are running or waiting and %d more were asked for, the limit for each is %d"
                            .formatted(own, wanted, capacity + limits.maxWaitingPerKey()),
                    limits.maxWaitingPerKey(),
                    rate.secondsFor(ownExcess * Math.max(1, queue.keysWaiting())));
    }

    private Refusal full(String what, int limit, int seconds) {
        return new Refusal(
                Refusal.Kind.EXHAUSTED,
                ErrorReason.ERROR_REASON_QUEUE_FULL,
                "%s; try again in %d s".formatted(what, seconds),
                Map.of(
                        "waiting",
                        String.valueOf(waiting()),
                        "limit",
                        String.valueOf(limit),
                        "retry_after_seconds",
                        String.valueOf(seconds)));
    }

    /** The row whose turn it is, charged for its prompt; null if none waits. */
    @Nullable Row next() {
        synchronized (queueLock) {
            Row row = queue.poll();
            if (row != null)
                queue.charge(row.key(), row.request().prompt().length, FairQueue.PROMPT_TOKEN);
            return row;
        }
    }

    @Override
    public void drew(Row row) {
        synchronized (queueLock) {
            queue.charge(row.key(), 1, FairQueue.REPLY_TOKEN);
        }
    }

    @Override
    public boolean withdraw(Row row) {
        synchronized (queueLock) {
            return queue.remove(row.key(), row);
        }
    }

    @Override
    public void ended(Row row) {
        rate.finished();
        synchronized (queueLock) {
            queue.ended(row.key());
            queueLock.notifyAll();
        }
    }

    /** Until a row waits or {@link #close} is called. */
    void awaitRow() {
        synchronized (queueLock) {
            try {
                if (!closed && queue.keysWaiting() == 0) queueLock.wait();
            } catch (InterruptedException e) {
                LOG.warn("interrupted by a stranger, going on", "service", "decode");
            }
        }
    }

    /** Rows in flight beyond those that the batch has places for. */
    int waiting() {
        synchronized (queueLock) {
            return Math.max(0, queue.inFlight() - capacity);
        }
    }

    /** Keys with a row that waits. */
    int keysWaiting() {
        synchronized (queueLock) {
            return queue.keysWaiting();
        }
    }

    /** Takes nothing new; waits until no row is left or the patience is over. */
    void drain(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (queueLock) {
            open = false;
            try {
                long millis = patience.toMillis();
                while (queue.inFlight() > 0 && millis > 0) {
                    queueLock.wait(millis);
                    millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Takes nothing new, and nobody waits for rows any more. */
    void close() {
        synchronized (queueLock) {
            open = false;
            closed = true;
            queueLock.notifyAll();
        }
    }

    boolean isClosed() {
        synchronized (queueLock) {
            return closed;
        }
    }
}
