package dev.rejoinder.inference.schedule;

import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.TokenSink;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One reply, in the queue and then in the batch. Its sink hears the end exactly once, whoever
 * brings it about.
 */
final class Row implements TokenSink, BatchGenerator.Ticket {
    private final String key;
    private final Scheduler.Job job;
    private final Owner owner;
    private final long submitted;
    private final AtomicBoolean done = new AtomicBoolean();
    private volatile BatchGenerator.@Nullable Ticket ticket;
    private volatile boolean cancelled;

    /** Who lends the row its place. */
    interface Owner {
        /** The row has one token more. */
        void drew(Row row);

        /** Takes the row out of the queue; false if it does not wait there. */
        boolean withdraw(Row row);

        /** The row is done; called once. */
        void ended(Row row);
    }

    /**
     * @param key whose share of the batch it takes
     * @param submitted when, in nanoseconds
     */
    Row(String key, Scheduler.Job job, Owner owner, long submitted) {
        this.key = key;
        this.job = job;
        this.owner = owner;
        this.submitted = submitted;
    }

    String key() {
        return key;
    }

    GenerationRequest request() {
        return job.request();
    }

    long submitted() {
        return submitted;
    }

    boolean isDone() {
        return done.get();
    }

    void runsAs(BatchGenerator.Ticket given) {
        ticket = given;
        if (cancelled || done.get()) given.cancel();
    }

    @Override
    public void token(GeneratedToken token) {
        if (done.get()) return;
        owner.drew(this);
        job.sink().token(token);
    }

    @Override
    public void finished(FinishReason reason, String rest, @Nullable RuntimeException error) {
        if (!done.compareAndSet(false, true)) return;
        owner.ended(this);
        job.sink().finished(reason, rest, error);
    }

    void fail(RuntimeException error) {
        finished(FinishReason.ERROR, "", error);
        cancel();
    }

    @Override
    public void cancel() {
        cancelled = true;
        BatchGenerator.Ticket current = ticket;
        if (current != null) current.cancel();
        else if (owner.withdraw(this)) finished(FinishReason.CANCELLED, "", null);
    }
}
