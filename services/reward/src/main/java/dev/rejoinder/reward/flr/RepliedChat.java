package dev.rejoinder.reward.flr;

import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import java.util.List;

/**
 * A prompt and the reply to score.
 *
 * @param prompt all messages before the reply; not empty
 * @param reply may be empty: then only what follows it is scored
 */
public record RepliedChat(List<ChatMessage> prompt, String reply) {
    public RepliedChat {
        prompt = List.copyOf(prompt);
        if (prompt.isEmpty())
            throw new IllegalArgumentException(
                    "nothing stands before the reply; send [..., request, reply]");
    }

    /**
     * Splits a chat.
     *
     * @param messages [..., request, reply]
     * @throws IllegalArgumentException if the last message is not the assistant's or stands alone
     */
    public static RepliedChat endingWith(List<ChatMessage> messages) {
        if (messages.isEmpty()) throw new IllegalArgumentException("the chat has no messages");
        ChatMessage last = messages.getLast();
        if (last.role() != Role.ASSISTANT)
            throw new IllegalArgumentException(
                    "the chat ends with a message of role \""
                            + last.role().label()
                            + "\"; it has to end with the assistant's reply");
        return new RepliedChat(messages.subList(0, messages.size() - 1), last.content());
    }
}
