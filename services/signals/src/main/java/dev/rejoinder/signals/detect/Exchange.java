package dev.rejoinder.signals.detect;

import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import java.util.List;

/**
 * What a reading looks at: a request, the reply it got, and what the user said next.
 *
 * @param request may be empty where the assistant spoke first
 * @param reply may be empty where the client went away
 * @param followUp never blank
 */
public record Exchange(String request, String reply, String followUp) {
    public Exchange {
        if (followUp.isBlank())
            throw new IllegalArgumentException(
                    "the follow-up is empty; a chat to read ends with the user's next words");
    }

    /**
     * The last exchange of a chat.
     *
     * @param messages [..., request, reply, follow-up]
     * @throws IllegalArgumentException if the chat does not end with a user's message, or no
     *     assistant's message stands before it
     */
    public static Exchange endingWith(List<ChatMessage> messages) {
        int last = messages.size() - 1;
        if (last < 0) throw new IllegalArgumentException("the chat has no messages");
        if (messages.get(last).role() != Role.USER)
            throw new IllegalArgumentException(
                    "the chat ends with a message of role \""
                            + messages.get(last).role().label()
                            + "\"; it has to end with the user's follow-up");
        int reply = lastBefore(messages, last, Role.ASSISTANT);
        if (reply < 0)
            throw new IllegalArgumentException(
                    "no assistant message stands before the follow-up; send"
                            + " [..., request, reply, follow-up]");
        int request = lastBefore(messages, reply, Role.USER);
        return new Exchange(
                request < 0 ? "" : messages.get(request).content(),
                messages.get(reply).content(),
                messages.get(last).content());
    }

    private static int lastBefore(List<ChatMessage> messages, int end, Role role) {
        for (int i = end - 1; i >= 0; i--) if (messages.get(i).role() == role) return i;
        return -1;
    }
}
