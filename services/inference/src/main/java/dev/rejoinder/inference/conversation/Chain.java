package dev.rejoinder.inference.conversation;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import java.text.Normalizer;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A running hash over the messages of a chat. Clients resend the whole history; the hash up to the
 * last reply in it equals the hash that was recorded with that reply, and so the follow-up finds
 * the turn it follows, without any header.
 *
 * <p>Texts are compared after Unicode composition (NFC), stripped, with runs of white space as one
 * space: clients trim and re-wrap. The user's pseudonym is part of the hash, so that two users who
 * happen to say and hear the same never meet.
 */
final class Chain {
    private static final Pattern SPACE = Pattern.compile("(?U)\\s+");

    private final String start;

    private Chain(String start) {
        this.start = start;
    }

    static Chain of(String userHash) {
        return new Chain(Digests.id("chain", userHash));
    }

    /** The hash after all of the messages. */
    String over(List<ChatMessage> messages) {
        String hash = start;
        for (ChatMessage message : messages)
            hash = Digests.id("link", hash, message.role().label(), normalised(message.content()));
        return hash;
    }

    /** Up to and including the last reply of the history; empty if there is none. */
    String overHistory(List<ChatMessage> messages) {
        for (int i = messages.size(); i > 0; i--)
            if (messages.get(i - 1).role() == Role.ASSISTANT) return over(messages.subList(0, i));
        return "";
    }

    private static String normalised(String text) {
        String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
        return SPACE.matcher(composed).replaceAll(" ").strip();
    }
}
