package dev.rejoinder.inference.chat;

import java.util.concurrent.CompletableFuture;

/** Where answered turns go. */
public interface TurnLog {
    /**
     * @throws dev.rejoinder.kernel.error.Refusal if no new chat may begin, because its turn could
     *     not be kept
     */
    void requireRoom();

    /** Keeps the turn; the future completes when it is on disk. Never blocks. */
    CompletableFuture<Void> keep(Turn turn);
}
