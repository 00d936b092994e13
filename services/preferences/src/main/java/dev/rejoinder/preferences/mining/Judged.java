package dev.rejoinder.preferences.mining;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.preferences.curation.Ending;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.preferences.v1.Origin;
import dev.rejoinder.proto.signals.v1.SignalDetected;
import dev.rejoinder.proto.signals.v1.SignalEvent;
import dev.rejoinder.proto.signals.v1.Verdict;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/**
 * A judged reply: what stood before it, what the user said to it, and what that says.
 *
 * @param id the signal's event id
 * @param signal the signal
 */
public record Judged(String id, SignalDetected signal) {
    /**
     * Takes the signal out of its event.
     *
     * @throws IllegalArgumentException if the event breaks its contract
     */
    public static Judged of(SignalEvent event) {
        if (!event.hasDetected())
            throw new IllegalArgumentException(
                    "signal event \"" + event.getEventId() + "\" says nothing that is known here");
        SignalDetected signal = event.getDetected();
        require(!event.getEventId().isEmpty(), event, "has no event_id");
        require(!signal.getTurnId().isEmpty(), event, "has no turn_id");
        require(!signal.getFollowUpTurnId().isEmpty(), event, "has no follow_up_turn_id");
        require(signal.getPromptCount() > 0, event, "has no prompt");
        Role last = signal.getPrompt(signal.getPromptCount() - 1).getRole();
        require(last == Role.ROLE_USER, event, "has a prompt that ends with " + last);
        return new Judged(event.getEventId(), signal);
    }

    private static void require(boolean kept, SignalEvent event, String fault) {
        if (!kept)
            throw new IllegalArgumentException(
                    "signal event \"" + event.getEventId() + "\" " + fault);
    }

    /** An empty reply may be complained about, but teaches nothing as the worse side of a pair. */
    public boolean complains() {
        return signal.getSignal().getDsatVerdict() == Verdict.VERDICT_YES
                && !signal.getReply().isBlank();
    }

    public boolean isSatisfied() {
        return signal.getSignal().getSatVerdict() == Verdict.VERDICT_YES;
    }

    public boolean consents() {
        return signal.getTrainingConsent();
    }

    public List<Message> prompt() {
        return signal.getPromptList();
    }

    /** The last thing the user said before the judged reply. */
    String request() {
        return signal.getPrompt(signal.getPromptCount() - 1).getContent();
    }

    /**
     * Whose pairs are counted together: the user, or the conversation where no user is named, so
     * that all nameless users do not share one allowance.
     */
    public String userKey() {
        return signal.getUserHash().isEmpty()
                ? "conversation:" + signal.getConversationId()
                : "user:" + signal.getUserHash();
    }

    /**
     * The same user, texts and purpose give the same seed, on every node and every replay; ids do
     * not count, as they are drawn anew when the same chat is held again.
     */
    long seed(String purpose) {
        String digest =
                Digests.sha256(
                        "seed",
                        signal.getUserHash(),
                        request(),
                        signal.getReply(),
                        signal.getFollowUp(),
                        purpose);
        long bits = ByteBuffer.wrap(HexFormat.of().parseHex(digest), 0, Long.BYTES).getLong();
        return bits & Long.MAX_VALUE;
    }

    /** The same signal and purpose give the same draw, uniform in [0, 1). */
    double draw(String purpose) {
        return (seed(purpose) >>> 10) * 0x1.0p-53;
    }

    /** The judged reply as the worse side of a pair. */
    Proposal.Side rejectedSide() {
        // Why a recorded reply ended is not in a signal, so its last words have to tell.
        return new Proposal.Side(signal.getReply(), Ending.isPunctuated(signal.getReply()));
    }

    /** A better reply to the same prompt. */
    Proposal proposal(
            Origin origin, Proposal.Side chosen, List<String> turnIds, List<String> signalIds) {
        return new Proposal(
                this,
                origin,
                prompt(),
                chosen,
                rejectedSide(),
                signal.getFollowUp(),
                new Proposal.Lineage(turnIds, signalIds, signal.getVersion()));
    }
}
