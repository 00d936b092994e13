package dev.rejoinder.signals.join;

import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the join needs to know of a recorded turn.
 *
 * @param messages all the client sent
 * @param historyChain chain hash up to the previous reply; empty on a first turn
 * @param replyChain chain hash including this reply
 * @param userHash pseudonym of the user; empty if none was named
 * @param answeredAt when the reply was complete
 */
public record Turn(
        String turnId,
        String conversationId,
        List<ChatMessage> messages,
        String reply,
        Answerer version,
        String historyChain,
        String replyChain,
        String userHash,
        boolean trainingConsent,
        Instant answeredAt) {

    /** The version that wrote the reply. */
    public record Answerer(
            String modelId, String version, String baseDigest, String adapterDigest) {}

    public Turn {
        if (turnId.isEmpty()) throw new IllegalArgumentException("a turn has no turn_id");
        if (replyChain.isEmpty())
            throw new IllegalArgumentException("turn " + turnId + " has no reply_chain");
        messages = List.copyOf(messages);
    }

    /** The last message, if the user wrote it and not only blanks. */
    public Optional<String> followUp() {
        if (messages.isEmpty()) return Optional.empty();
        ChatMessage last = messages.getLast();
        return last.role() == Role.USER && !last.content().isBlank()
                ? Optional.of(last.content())
                : Optional.empty();
    }

    /** The last thing the user asked for. */
    public String request() {
        for (ChatMessage m : messages.reversed()) if (m.role() == Role.USER) return m.content();
        return "";
    }
}
