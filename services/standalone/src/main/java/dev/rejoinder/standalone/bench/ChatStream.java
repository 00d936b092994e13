package dev.rejoinder.standalone.bench;

import dev.rejoinder.inference.schedule.Scheduler;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.TokenSink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One reply in the scheduler, and when each of its tokens came. */
final class ChatStream implements TokenSink {
    private final long begin = System.nanoTime();
    private final CompletableFuture<Long> first = new CompletableFuture<>();
    private final CompletableFuture<FinishReason> end = new CompletableFuture<>();
    private final List<Long> times = new ArrayList<>();
    private BatchGenerator.@Nullable Ticket ticket;

    /** Whose share of the batch it counts to. */
    private static final String KEY = "bench";

    private ChatStream() {}

    /** Asks the scheduler; what follows is counted from now on. */
    static ChatStream begin(Scheduler scheduler, GenerationRequest request) {
        ChatStream stream = new ChatStream();
        stream.ticket =
                scheduler.submit(KEY, List.of(new Scheduler.Job(request, stream))).getFirst();
        return stream;
    }

    @Override
    public void token(GeneratedToken token) {
        long now = System.nanoTime();
        synchronized (times) {
            times.add(now);
            times.notifyAll();
        }
        first.complete(now);
    }

    @Override
    public void finished(FinishReason reason, String rest, @Nullable RuntimeException error) {
        RuntimeException broken =
                error != null ? error : new IllegalStateException("ended before its first token");
        if (reason == FinishReason.CANCELLED || reason == FinishReason.ERROR)
            first.completeExceptionally(broken);
        if (error == null) end.complete(reason);
        else end.completeExceptionally(error);
        synchronized (times) {
            times.notifyAll();
        }
    }

    /** Waits for the first token; seconds since the chat was asked. */
    double firstToken() {
        return (first.join() - begin) / 1e9;
    }

    boolean hasBegun() {
        return first.isDone();
    }

    /** Waits until so many tokens have come, or the reply has ended. */
    void awaitTokens(int count) {
        synchronized (times) {
            try {
                while (times.size() < count && !end.isDone()) times.wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a reply was measured", e);
            }
        }
    }

    int tokens() {
        synchronized (times) {
            return times.size();
        }
    }

    /**
     * Seconds between neighbouring tokens.
     *
     * @param from index of the first token that counts
     */
    double[] gaps(int from, int to) {
        synchronized (times) {
            return IntStream.range(from + 1, to)
                    .mapToDouble(i -> (times.get(i) - times.get(i - 1)) / 1e9)
                    .toArray();
        }
    }

    /** Waits for the end. */
    FinishReason await() {
        return end.join();
    }

    /** Ends the reply and waits until it has left the batch. */
    void cancel() {
        if (ticket != null) ticket.cancel();
        await();
    }
}
