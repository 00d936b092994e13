package dev.rejoinder.inference.schedule;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.TokenSink;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Lends the batch to chats: one thread steps it, and a row that becomes free goes to the key that
 * has been served least ({@link FairQueue}). Rows that wait are bounded; what is beyond that is
 * refused at once, with the time after which to try again.
 *
 * <p>If a step itself fails, the rows in it end with the error, and a fresh batch takes the next
 * ones.
 */
public final class Scheduler implements AutoCloseable {
    private static final Log LOG = Log.of(Scheduler.class);

    private final Supplier<BatchGenerator> generators;
    private final LongSupplier nanoTime;
    private final LongConsumer waited;
    private final WaitingRoom room;
    private final Thread thread;

    /** Rows in the batch. */
    private final Set<Row> begun = ConcurrentHashMap.newKeySet();

    private volatile BatchGenerator generator;

    /**
     * A reply to generate and who receives it. The sink is called on the stepping thread, or on the
     * canceller's before the reply has begun: it must not block.
     */
    public record Job(GenerationRequest request, TokenSink sink) {}

    /**
     * @param generators makes an empty batch; again after one broke
     * @param waited hears of every row that begins how many nanoseconds it waited; must not block
     */
    public Scheduler(
            Supplier<BatchGenerator> generators,
            QueueLimits limits,
            LongSupplier nanoTime,
            LongConsumer waited) {
        this.generators = generators;
        this.nanoTime = nanoTime;
        this.waited = waited;
        this.generator = generators.get();
        this.room = new WaitingRoom(generator.capacity(), limits, nanoTime);
        this.thread = Thread.ofPlatform().name("decode").daemon(true).start(this::run);
    }

    /**
     * Takes all of the jobs or none.
     *
     * @param key whose share of the batch they take
     * @return one ticket for each, to cancel it with
     * @throws Refusal if the queue has no room for them
     */
    public List<BatchGenerator.Ticket> submit(String key, List<Job> jobs) {
        long now = nanoTime.getAsLong();
        List<Row> rows = jobs.stream().map(job -> new Row(key, job, room, now)).toList();
        room.add(key, rows);
        return List.copyOf(rows);
    }

    private void run() {
        while (!room.isClosed()) {
            try {
                admit();
                if (!generator.step()) room.awaitRow();
                begun.removeIf(Row::isDone);
            } catch (RuntimeException e) {
                replaceBroken(e);
            }
        }
        generator.close();
    }

    /** Rows that the batch has taken and cannot run yet go before those in the queue. */
    private void admit() {
        if (generator.waiting() > 0) return;
        for (int free = generator.capacity() - generator.running(); free > 0; free--) {
            Row row = room.next();
            if (row == null) return;
            begin(row);
        }
    }

    private void begin(Row row) {
        waited.accept(nanoTime.getAsLong() - row.submitted());
        begun.add(row);
        try {
            row.runsAs(generator.add(row.request(), row));
        } catch (RuntimeException e) {
            row.fail(e);
        }
    }

    private void replaceBroken(RuntimeException reason) {
        LOG.error("a decode step failed; its rows end, a new batch begins", reason);
        BatchGenerator broken = generator;
        generator = generators.get();
        List<Row> lost = List.copyOf(begun);
        begun.clear();
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
        return room.waiting();
    }

    /** Keys with a row that waits. */
    public int keysWaiting() {
        return room.keysWaiting();
    }

    public boolean isAlive() {
        return thread.isAlive();
    }

    /** Takes nothing new, waits until no row is left or the patience is over, then closes. */
    public void drain(Duration patience) {
        room.drain(patience);
        close();
    }

    /** Ends every row as cancelled, then the thread. */
    @Override
    public void close() {
        room.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        begun.forEach(row -> row.fail(new IllegalStateException("the service stopped")));
        for (Row row = room.next(); row != null; row = room.next())
            row.finished(FinishReason.CANCELLED, "", null);
    }
}
