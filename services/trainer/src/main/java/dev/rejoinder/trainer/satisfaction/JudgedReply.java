package dev.rejoinder.trainer.satisfaction;

import dev.rejoinder.lm.chat.ChatMessage;
import java.util.List;

/**
 * A reply a user got and said something to.
 *
 * @param turnId names it
 * @param prompt all messages before the reply, at least one
 * @param satisfied whether the follow-up showed satisfaction; else it was a complaint
 * @param userKey the user, or the conversation where no user is named
 */
public record JudgedReply(
        String turnId, List<ChatMessage> prompt, String reply, boolean satisfied, String userKey) {
    public JudgedReply {
        if (prompt.isEmpty())
            throw new IllegalArgumentException("judged reply " + turnId + " has an empty prompt");
        prompt = List.copyOf(prompt);
    }
}
