package dev.rejoinder.signals.proto;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.proto.signals.v1.Category;
import dev.rejoinder.proto.signals.v1.DialogueState;
import dev.rejoinder.proto.signals.v1.Signal;
import dev.rejoinder.proto.signals.v1.SignalDetected;
import dev.rejoinder.proto.signals.v1.SignalEvent;
import dev.rejoinder.proto.signals.v1.Verdict;
import dev.rejoinder.signals.detect.Reading;
import dev.rejoinder.signals.join.FollowedTurn;
import dev.rejoinder.signals.join.Turn;

/** Readings as signals and events. */
public final class ProtoSignals {
    private ProtoSignals() {}

    /** The event of one join; the same join and detector always give the same bytes. */
    public static SignalEvent event(FollowedTurn followed, Reading reading) {
        Turn judged = followed.judged();
        Turn following = followed.following();
        SignalDetected detected =
                SignalDetected.newBuilder()
                        .setTurnId(judged.turnId())
                        .setFollowUpTurnId(following.turnId())
                        .setConversationId(judged.conversationId())
                        .addAllPrompt(judged.messages().stream().map(ProtoChats::message).toList())
                        .setReply(judged.reply())
                        .setFollowUp(followed.followUp())
                        .setNextReply(following.reply())
                        .setVersion(ProtoTurns.version(judged.version()))
                        .setSignal(signal(reading))
                        .setUserHash(judged.userHash())
                        .setTrainingConsent(followed.trainingConsent())
                        .setDetectedAt(ProtoTurns.timestamp(following.answeredAt()))
                        .build();
        return SignalEvent.newBuilder()
                .setEventId(
                        Digests.id(
                                "signal", judged.turnId(), following.turnId(), reading.detector()))
                .setDetected(detected)
                .build();
    }

    public static Signal signal(Reading reading) {
        return Signal.newBuilder()
                .setSat(reading.sat())
                .setDsat(reading.dsat())
                .setSatVerdict(verdict(reading.satVerdict()))
                .setDsatVerdict(verdict(reading.dsatVerdict()))
                .addAllCategories(
                        reading.categories().stream().map(ProtoSignals::category).toList())
                .setState(state(reading.state()))
                .setDetector(reading.detector())
                .build();
    }

    private static Verdict verdict(dev.rejoinder.signals.detect.Verdict verdict) {
        return switch (verdict) {
            case YES -> Verdict.VERDICT_YES;
            case NO -> Verdict.VERDICT_NO;
            case UNSURE -> Verdict.VERDICT_UNSURE;
        };
    }

    /** The contract's names are ours with a prefix; a test holds it for every category. */
    static Category category(dev.rejoinder.signals.detect.Category category) {
        return Category.valueOf("CATEGORY_" + category.name());
    }

    private static DialogueState state(dev.rejoinder.signals.detect.DialogueState state) {
        return switch (state) {
            case UNKNOWN -> DialogueState.DIALOGUE_STATE_UNSPECIFIED;
            case FEEDBACK -> DialogueState.DIALOGUE_STATE_FEEDBACK;
            case REFINEMENT -> DialogueState.DIALOGUE_STATE_REFINEMENT;
            case CONTINUATION -> DialogueState.DIALOGUE_STATE_CONTINUATION;
            case NEW_TOPIC -> DialogueState.DIALOGUE_STATE_NEW_TOPIC;
        };
    }
}
