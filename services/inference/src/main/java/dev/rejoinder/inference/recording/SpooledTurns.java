package dev.rejoinder.inference.recording;

import dev.rejoinder.inference.chat.Turn;
import dev.rejoinder.inference.chat.TurnLog;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import dev.rejoinder.proto.inference.v1.TurnEvent;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Keeps turns in the spool, keyed by conversation. */
public final class SpooledTurns implements TurnLog {
    private final Spool spool;
    private final Clock clock;

    public SpooledTurns(Spool spool, Clock clock) {
        this.spool = spool;
        this.clock = clock;
    }

    @Override
    public void requireRoom() {
        if (spool.hasRoom()) return;
        throw new Refusal(
                Refusal.Kind.UNAVAILABLE,
                ErrorReason.ERROR_REASON_DEPENDENCY_AWAY,
                "%d bytes of turns wait for Kafka, the limit rejoinder.inference.spool-max-bytes is %d; bring Kafka back or raise the limit"
                        .formatted(spool.pendingBytes(), spool.maxBytes()),
                Map.of(
                        "waiting",
                        String.valueOf(spool.pendingBytes()),
                        "limit",
                        String.valueOf(spool.maxBytes())));
    }

    @Override
    public CompletableFuture<Void> keep(Turn turn) {
        TurnEvent event = TurnEvents.of(turn, clock.instant());
        return spool.append(
                new SpoolEntry(event.getRecorded().getConversationId(), event.toByteArray()));
    }
}
