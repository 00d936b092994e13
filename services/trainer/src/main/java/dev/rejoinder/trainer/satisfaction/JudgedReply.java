package dev.rejoinder.trainer.satisfaction;

import dev.rejoinder.lm.chat.ChatMessage;
import java.util.List;

/**
 * A reply a user got and said something to.
 *
 * @param turnId names it
 * @param prompt all messages before the reply, at least one
 * @param satisfied whether the follow-up showed satisfaction; else it was a complaint
 * @param userHash pseudonym of the user; empty where none is named
 */
public record JudgedReply(
        String turnId, List<ChatMessage> prompt, String reply, boolean satisfied, String userHash) {
    public JudgedReply {
        if (prompt.isEmpty())
            throw new IllegalArgumentException("judged reply " + turnId + " has an empty prompt");
        prompt = List.copyOf(prompt);
    }

    /** Who counts as one in cross-validation: the user, or the turn where no user is named. */
    String group() {
        return userHash.isEmpty() ? turnId : userHash;
    }
}
