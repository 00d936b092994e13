package dev.rejoinder.inference.schedule;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.TokenSink;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Lends the batch to chats: one thread steps it, and at most {@code running + waiting} rows are in
 * it. What is beyond that is refused at once, with the time after which to try again.
 *
 * <p>If a step itself fails, the rows in it end with the error, and a fresh batch takes the next
 * ones.
 */
public final class Scheduler implements AutoCloseable {
    private static final Log LOG = Log.of(Scheduler.class);
    private static final long EMPTY_STEP_PAUSE_MILLIS = 1;

    private final Supplier<BatchGenerator> generators;
    private final int maxWaiting;
    private final FinishRate rate;
    private final Set<Row> rows = ConcurrentHashMap.newKeySet();
    private final Object queue = new Object();
    private final Object batch = new Object();
    private final Thread thread;
    private volatile BatchGenerator generator;
    private volatile boolean closed;
    private boolean draining;
    private int inFlight;

    /** A reply to generate and who receives it, on the stepping thread: it must not block. */
    public record Job(GenerationRequest request, TokenSink sink) {}

    /**
     * @param generators makes an empty batch; again after one broke
     * @param maxWaiting most rows that wait while the batch is full
     */
    public Scheduler(Supplier<BatchGenerator> generators, int maxWaiting, LongSupplier nanoTime) {
        this.generators = generators;
        this.maxWaiting = maxWaiting;
        this.rate = new FinishRate(nanoTime);
        this.generator = generators.get();
        this.thread = Thread.ofPlatform().name("decode").daemon(true).start(this::run);
    }

    /**
     * Takes all of the jobs or none.
     *
     * @return one ticket for each, to cancel it with
     * @throws Refusal if the queue has no room for them
     */
    public List<BatchGenerator.Ticket> submit(List<Job> jobs) {
        reserve(jobs.size());
        List<Row> added = jobs.stream().map(job -> new Row(job.sink(), this::ended)).toList();
        try {
            join(added, jobs);
        } catch (RuntimeException e) {
            added.forEach(row -> row.fail(e));
            throw e;
        }
        synchronized (queue) {
            queue.notifyAll();
        }
        return List.copyOf(added);
    }

    /** Rows are known and in one batch, or neither: a broken batch takes exactly its own along. */
    private void join(List<Row> added, List<Job> jobs) {
        synchronized (batch) {
            rows.addAll(added);
            for (int i = 0; i < added.size(); i++)
                added.get(i).runsAs(generator.add(jobs.get(i).request(), added.get(i)));
        }
    }

    private void reserve(int wanted) {
        synchronized (queue) {
            if (closed || draining)
                throw Refusal.unavailable("the service is stopping; try another node");
            int limit = generator.capacity() + maxWaiting;
            if (inFlight + wanted > limit) throw full(wanted, limit);
            inFlight += wanted;
        }
    }

    private Refusal full(int wanted, int limit) {
        int seconds = rate.secondsFor(Math.max(1, inFlight + wanted - limit));
        return new Refusal(
                Refusal.Kind.EXHAUSTED,
                ErrorReason.ERROR_REASON_QUEUE_FULL,
                "%d replies are running or waiting and %d more were asked for, the limit is %d; try again in %d s"
                        .formatted(inFlight, wanted, limit, seconds),
                Map.of(
                        "waiting",
                        String.valueOf(waiting()),
                        "limit",
                        String.valueOf(maxWaiting),
                        "retry_after_seconds",
                        String.valueOf(seconds)));
    }

    private void ended(Row row) {
        if (!rows.remove(row)) return;
        rate.finished();
        synchronized (queue) {
            inFlight--;
            queue.notifyAll();
        }
    }

    private void run() {
        while (!closed) {
            try {
                if (!generator.step()) awaitWork();
            } catch (RuntimeException e) {
                replaceBroken(e);
            }
        }
        generator.close();
    }

    private void awaitWork() {
        synchronized (queue) {
            try {
                // A row may be reserved and not yet added: look again soon then.
                if (!closed) queue.wait(inFlight == 0 ? 0 : EMPTY_STEP_PAUSE_MILLIS);
            } catch (InterruptedException e) {
                LOG.warn("interrupted by a stranger, going on", "service", "decode");
            }
        }
    }

    private void replaceBroken(RuntimeException reason) {
        LOG.error("a decode step failed; its rows end, a new batch begins", reason);
        BatchGenerator broken;
        List<Row> lost;
        synchronized (batch) {
            broken = generator;
            lost = List.copyOf(rows);
            generator = generators.get();
        }
        lost.forEach(row -> row.fail(reason));
        try {
            broken.close();
        } catch (RuntimeException e) {
            LOG.warn("the broken batch did not close cleanly", "reason", e);
        }
    }

    /** Rows being decoded. */
    public int running() {
        return generator.running();
    }

    /** Rows that wait for their turn. */
    public int waiting() {
        synchronized (queue) {
            return Math.max(0, inFlight - generator.capacity());
        }
    }

    public boolean isAlive() {
        return thread.isAlive();
    }

    /** Takes nothing new, waits until no row is left or the patience is over, then closes. */
    public void drain(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (queue) {
            draining = true;
            try {
                long millis = patience.toMillis();
                while (inFlight > 0 && millis > 0) {
                    queue.wait(millis);
                    millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        close();
    }

    /** Ends every row as cancelled, then the thread. */
    @Override
    public void close() {
        synchronized (queue) {
            closed = true;
            queue.notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        new ArrayList<>(rows)
                .forEach(row -> row.fail(new IllegalStateException("the service stopped")));
    }
}
