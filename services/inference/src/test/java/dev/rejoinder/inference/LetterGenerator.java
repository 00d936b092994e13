package dev.rejoinder.inference;

import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.TokenSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Continuous batching without a model: every row gets one letter a step, drawn from its seed and
 * position. A test lets as many steps happen as it wants.
 */
public final class LetterGenerator implements BatchGenerator {
    private final int capacity;
    private final Semaphore steps;
    private final Queue<Row> waiting = new ConcurrentLinkedQueue<>();
    private final List<Row> running = new ArrayList<>();
    private volatile int runningCount;
    private volatile @Nullable RuntimeException breakage;
    private volatile boolean closed;

    private LetterGenerator(int capacity, Semaphore steps) {
        this.capacity = capacity;
        this.steps = steps;
    }

    public static LetterGenerator free(int capacity) {
        return new LetterGenerator(capacity, new Semaphore(Integer.MAX_VALUE / 2));
    }

    /** One that waits for {@link #allow}. */
    public static LetterGenerator held(int capacity) {
        return new LetterGenerator(capacity, new Semaphore(0));
    }

    public void allow(int count) {
        steps.release(count);
    }

    /** The next step throws. */
    public void breakNext(RuntimeException reason) {
        breakage = reason;
        steps.release();
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public Ticket add(GenerationRequest request, TokenSink sink) {
        if (closed) throw new IllegalStateException("the generator is closed");
        Row row = new Row(request, sink);
        waiting.add(row);
        return row;
    }

    @Override
    public boolean step() {
        if (running.isEmpty() && waiting.isEmpty()) return false;
        if (!steps.tryAcquire()) {
            endCancelled();
            Thread.onSpinWait();
            return true;
        }
        RuntimeException reason = breakage;
        if (reason != null) throw reason;
        endCancelled();
        while (running.size() < capacity && !waiting.isEmpty()) running.add(waiting.remove());
        List.copyOf(running).forEach(Row::draw);
        running.removeIf(row -> row.done);
        runningCount = running.size();
        return true;
    }

    private void endCancelled() {
        for (Row row : List.copyOf(running)) if (row.cancelled) row.end(FinishReason.CANCELLED);
        running.removeIf(row -> row.done);
        for (Row row : List.copyOf(waiting))
            if (row.cancelled && waiting.remove(row)) row.end(FinishReason.CANCELLED);
        runningCount = running.size();
    }

    @Override
    public int running() {
        return runningCount;
    }

    @Override
    public int waiting() {
        return waiting.size();
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public void close() {
        closed = true;
        running.forEach(row -> row.end(FinishReason.CANCELLED));
        waiting.forEach(row -> row.end(FinishReason.CANCELLED));
        running.clear();
        waiting.clear();
        runningCount = 0;
    }

    private static final class Row implements Ticket {
        private final GenerationRequest request;
        private final TokenSink sink;
        private volatile boolean cancelled;
        private boolean done;
        private int drawn;

        Row(GenerationRequest request, TokenSink sink) {
            this.request = request;
            this.sink = sink;
        }

        void draw() {
            int letter = Math.floorMod(request.sampling().seed() + drawn++, 26);
            sink.token(
                    new GeneratedToken(
                            letter, String.valueOf((char) ('a' + letter)), -1, List.of()));
            if (drawn == request.maxTokens()) end(FinishReason.LENGTH);
        }

        void end(FinishReason reason) {
            if (done) return;
            done = true;
            sink.finished(reason, "", null);
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
