package dev.rejoinder.preferences.mining;

import com.google.protobuf.Timestamp;
import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.preferences.mining.Outcome.Dropped;
import dev.rejoinder.preferences.mining.Outcome.Verified;
import dev.rejoinder.proto.preferences.v1.PairEvent;
import dev.rejoinder.proto.preferences.v1.PairMined;
import dev.rejoinder.proto.preferences.v1.PairRejected;
import java.time.Instant;

/** Outcomes as the events that are published. */
public final class PairEvents {
    private PairEvents() {}

    public static PairEvent mined(Verified verified, Instant now) {
        Proposal proposal = verified.proposal();
        Proposal.Lineage lineage = proposal.lineage();
        String pairId = proposal.pairId();
        return PairEvent.newBuilder()
                .setEventId(Digests.id("pair-mined", pairId))
                .setMined(
                        PairMined.newBuilder()
                                .setPairId(pairId)
                                .addAllPrompt(proposal.prompt())
                                .setChosen(proposal.chosen().text())
                                .setRejected(proposal.rejected().text())
                                .setOrigin(proposal.origin())
                                .addAllTurnIds(lineage.turnIds())
                                .addAllSignalIds(lineage.signalIds())
                                .setMargin(verified.margin())
                                .setChosenMeanLogProb(verified.score().replyMeanLogProb())
                                .setUserHash(proposal.cause().signal().getUserHash())
                                .setMinedAt(
                                        Timestamp.newBuilder()
                                                .setSeconds(now.getEpochSecond())
                                                .setNanos(now.getNano()))
                                .setVersion(lineage.version())
                                .setChosenComplete(proposal.chosen().complete())
                                .setRejectedComplete(proposal.rejected().complete())
                                .setFollowUp(proposal.followUp()))
                .build();
    }

    public static PairEvent rejected(Dropped dropped) {
        return PairEvent.newBuilder()
                .setEventId(
                        Digests.id(
                                "pair-rejected",
                                dropped.cause().id(),
                                dropped.pairId(),
                                dropped.reason().name()))
                .setRejected(
                        PairRejected.newBuilder()
                                .setPairId(dropped.pairId())
                                .setOrigin(dropped.origin())
                                .setReason(dropped.reason())
                                .addAllSignalIds(dropped.signalIds()))
                .build();
    }

    /**
     * The record's key. A pair stands under its own id; a rejection under its event id, for
     * compaction must not let a second, rejected find of the same pair wipe out the pair.
     */
    public static String key(PairEvent event) {
        return event.hasMined() ? event.getMined().getPairId() : event.getEventId();
    }
}
