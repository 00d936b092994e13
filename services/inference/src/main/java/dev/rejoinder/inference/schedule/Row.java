package dev.rejoinder.inference.schedule;

import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.TokenSink;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One reply in the batch. Its sink hears the end exactly once, whoever brings it about. */
final class Row implements TokenSink, BatchGenerator.Ticket {
    private final TokenSink sink;
    private final Consumer<Row> ended;
    private final AtomicBoolean done = new AtomicBoolean();
    private volatile BatchGenerator.@Nullable Ticket ticket;
    private volatile boolean cancelled;

    Row(TokenSink sink, Consumer<Row> ended) {
        this.sink = sink;
        this.ended = ended;
    }

    void runsAs(BatchGenerator.Ticket given) {
        ticket = given;
        if (cancelled || done.get()) given.cancel();
    }

    @Override
    public void token(GeneratedToken token) {
        if (!done.get()) sink.token(token);
    }

    @Override
    public void finished(FinishReason reason, String rest, @Nullable RuntimeException error) {
        if (!done.compareAndSet(false, true)) return;
        ended.accept(this);
        sink.finished(reason, rest, error);
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
    }
}
