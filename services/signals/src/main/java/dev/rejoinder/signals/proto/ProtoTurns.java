package dev.rejoinder.signals.proto;

import com.google.protobuf.Timestamp;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.inference.v1.TurnRecorded;
import dev.rejoinder.signals.join.Turn;
import java.time.Instant;

/** Recorded turns. */
public final class ProtoTurns {
    private ProtoTurns() {}

    /**
     * @throws IllegalArgumentException if the record has no id, no chain, or a message without a
     *     role
     */
    public static Turn turn(TurnRecorded t) {
        return new Turn(
                t.getTurnId(),
                t.getConversationId(),
                ProtoChats.messages(t.getMessagesList()),
                t.getReply(),
                answerer(t.getVersion()),
                t.getHistoryChain(),
                t.getReplyChain(),
                t.getUserHash(),
                t.getTrainingConsent(),
                Instant.ofEpochSecond(
                        t.getAnsweredAt().getSeconds(), t.getAnsweredAt().getNanos()));
    }

    /** What is kept of a turn: everything the join needs, nothing else. */
    public static TurnRecorded body(Turn t) {
        return TurnRecorded.newBuilder()
                .setTurnId(t.turnId())
                .setConversationId(t.conversationId())
                .addAllMessages(t.messages().stream().map(ProtoChats::message).toList())
                .setReply(t.reply())
                .setVersion(version(t.version()))
                .setHistoryChain(t.historyChain())
                .setReplyChain(t.replyChain())
                .setUserHash(t.userHash())
                .setTrainingConsent(t.trainingConsent())
                .setAnsweredAt(timestamp(t.answeredAt()))
                .build();
    }

    static ModelVersion version(Turn.Answerer a) {
        return ModelVersion.newBuilder()
                .setModelId(a.modelId())
                .setVersion(a.version())
                .setBaseDigest(a.baseDigest())
                .setAdapterDigest(a.adapterDigest())
                .build();
    }

    static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }

    private static Turn.Answerer answerer(ModelVersion v) {
        return new Turn.Answerer(
                v.getModelId(), v.getVersion(), v.getBaseDigest(), v.getAdapterDigest());
    }
}
