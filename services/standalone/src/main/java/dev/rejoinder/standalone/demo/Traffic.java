package dev.rejoinder.standalone.demo;

import dev.rejoinder.standalone.client.ChatOutcome;
import dev.rejoinder.testkit.users.SimulatedUser;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Users who chat at the same time, a bounded number of them; the next comes when one leaves. */
final class Traffic implements AutoCloseable {
    private final ExecutorService seats;
    private final AtomicInteger finished = new AtomicInteger();
    private final int total;
    private volatile boolean stopped;

    private Traffic(int atOnce, int total) {
        this.seats =
                Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().name("user-", 0).factory());
        this.total = total;
    }

    static Traffic start(
            Conversation.Talk talk,
            Exchange.Phase phase,
            List<SimulatedUser> users,
            int atOnce,
            long seed) {
        Traffic traffic = new Traffic(atOnce, users.size());
        for (int i = 0; i < users.size(); i++) {
            Conversation conversation =
                    new Conversation(talk, users.get(i), phase, seed * 1_000_003 + i * 101L);
            traffic.seats.submit(() -> traffic.seat(conversation, talk.ledger()));
        }
        return traffic;
    }

    /** A user who breaks off counts as refused, so that no report passes over it. */
    private void seat(Conversation conversation, Ledger ledger) {
        if (stopped) return;
        try {
            conversation.run();
        } catch (RuntimeException e) {
            ledger.add(new ChatOutcome.Refused(0, "a user broke off: " + e));
        } finally {
            finished.incrementAndGet();
        }
    }

    int finished() {
        return finished.get();
    }

    boolean isOver() {
        return finished.get() >= total;
    }

    /** Nobody new comes; those who chat finish. */
    @Override
    public void close() {
        stopped = true;
        seats.shutdown();
        try {
            if (!seats.awaitTermination(Duration.ofMinutes(3).toMillis(), TimeUnit.MILLISECONDS))
                seats.shutdownNow();
        } catch (InterruptedException e) {
            seats.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
