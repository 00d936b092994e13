package dev.rejoinder.preferences;

import com.google.protobuf.Timestamp;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.signals.v1.Signal;
import dev.rejoinder.proto.signals.v1.SignalDetected;
import dev.rejoinder.proto.signals.v1.SignalEvent;
import dev.rejoinder.proto.signals.v1.Verdict;
import java.util.List;

/** Conversations about the sea, as the signals service reports them. */
public final class Signals {
    static final ModelVersion BASE =
            ModelVersion.newBuilder().setModelId("testing").setVersion("base").build();

    static final String GRUMBLE = "Hm. Rather not like that.";

    static final String SECOND_GRUMBLE = "Still rather not like that.";

    public static final String LONG_REPLY =
            "The ocean moves because the moon pulls at it, and the sun pulls as well, though less. "
                    + "Twice a day the water rises along the coast, and twice a day it falls, and the "
                    + "shape of the shore decides how far. There is much more to say about that.";

    private Signals() {}

    static Message user(String text) {
        return Message.newBuilder().setRole(Role.ROLE_USER).setContent(text).build();
    }

    static Message assistant(String text) {
        return Message.newBuilder().setRole(Role.ROLE_ASSISTANT).setContent(text).build();
    }

    static String prompt(String conversation) {
        return "Why does the ocean rise and fall at " + conversation + "?";
    }

    /** The user did not like the first reply of the conversation. */
    public static SignalEvent complaint(String conversation) {
        return event(
                conversation,
                1,
                SignalDetected.newBuilder()
                        .addPrompt(user(prompt(conversation)))
                        .setReply(LONG_REPLY)
                        .setFollowUp(GRUMBLE)
                        .setNextReply(secondReply(conversation))
                        .setSignal(signal(Verdict.VERDICT_YES, Verdict.VERDICT_NO)));
    }

    static String secondReply(String conversation) {
        return "The moon lifts the ocean at " + conversation + ".";
    }

    /** The user liked the reply to that complaint. */
    static SignalEvent satisfaction(String conversation) {
        return event(
                conversation,
                2,
                afterFirstComplaint(conversation)
                        .setFollowUp("Wonderful, many thanks!")
                        .setNextReply("With pleasure.")
                        .setSignal(signal(Verdict.VERDICT_NO, Verdict.VERDICT_YES)));
    }

    /** The reply to the complaint did not do either. */
    static SignalEvent stillNot(String conversation) {
        return event(
                conversation,
                2,
                afterFirstComplaint(conversation)
                        .setReply(failedRetry(conversation))
                        .setFollowUp(SECOND_GRUMBLE)
                        .setNextReply(thirdReply(conversation))
                        .setSignal(signal(Verdict.VERDICT_YES, Verdict.VERDICT_NO)));
    }

    static String failedRetry(String conversation) {
        return "Twice a day the moon lifts the ocean at "
                + conversation
                + ", and the sun helps it, though less, as the shore decides how far.";
    }

    static String thirdReply(String conversation) {
        return "Twice a day the moon lifts the ocean at " + conversation + ".";
    }

    /** The user liked the reply to the second complaint. */
    static SignalEvent satisfiedAtLast(String conversation) {
        return event(
                conversation,
                3,
                afterFirstComplaint(conversation)
                        .addPrompt(assistant(failedRetry(conversation)))
                        .addPrompt(user(SECOND_GRUMBLE))
                        .setReply(thirdReply(conversation))
                        .setFollowUp("Wonderful, many thanks!")
                        .setNextReply("With pleasure.")
                        .setSignal(signal(Verdict.VERDICT_NO, Verdict.VERDICT_YES)));
    }

    private static SignalDetected.Builder afterFirstComplaint(String conversation) {
        return SignalDetected.newBuilder()
                .addPrompt(user(prompt(conversation)))
                .addPrompt(assistant(LONG_REPLY))
                .addPrompt(user(GRUMBLE))
                .setReply(secondReply(conversation));
    }

    private static Signal signal(Verdict dsat, Verdict sat) {
        return Signal.newBuilder()
                .setDsatVerdict(dsat)
                .setSatVerdict(sat)
                .setDetector("testing/1")
                .build();
    }

    private static SignalEvent event(
            String conversation, int turn, SignalDetected.Builder detected) {
        return SignalEvent.newBuilder()
                .setEventId("signal-" + conversation + "-" + turn)
                .setDetected(
                        detected.setTurnId("turn-" + conversation + "-" + turn)
                                .setFollowUpTurnId("turn-" + conversation + "-" + (turn + 1))
                                .setConversationId(conversation)
                                .setVersion(BASE)
                                .setUserHash("user-of-" + conversation)
                                .setTrainingConsent(true)
                                .setDetectedAt(
                                        Timestamp.newBuilder().setSeconds(1_790_000_000L + turn)))
                .build();
    }

    /** The same signal with something changed. */
    static SignalEvent with(
            SignalEvent event, java.util.function.UnaryOperator<SignalDetected.Builder> change) {
        return event.toBuilder().setDetected(change.apply(event.getDetected().toBuilder())).build();
    }

    static List<Message> promptOf(SignalEvent event) {
        return event.getDetected().getPromptList();
    }
}
