package dev.rejoinder.inference.conversation;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * A chat's place among all chats.
 *
 * @param userHash pseudonym of the user, empty if none was named
 * @param explicitId the client's own id for the conversation, empty if it gave none
 * @param messages all messages the client sent
 */
public record Conversation(String userHash, String explicitId, List<ChatMessage> messages) {
    public Conversation {
        messages = List.copyOf(messages);
    }

    /**
     * What the traffic split goes by: known before the reply is, and the same through all turns.
     * The client's id, else the user and everything up to the first user message.
     */
    public String stickyKey() {
        if (!explicitId.isEmpty()) return Digests.id("sticky", userHash, explicitId);
        return Digests.id(
                "sticky", userHash, Chain.of(userHash).over(upToFirst(Role.USER, messages)));
    }

    /**
     * The client's id, else the hash of user and everything up to the first reply. A first reply
     * made again is another conversation: a branch.
     *
     * @param reply what is answered now
     */
    public String id(String reply) {
        if (!explicitId.isEmpty()) return explicitId;
        List<ChatMessage> opening = upToFirst(Role.ASSISTANT, with(reply));
        return Digests.id("conversation", userHash, Chain.of(userHash).over(opening));
    }

    /** Hash up to the last reply the client resent; empty on a first turn. */
    public String historyChain() {
        return Chain.of(userHash).overHistory(messages);
    }

    /** Hash including the reply: the next turn's {@link #historyChain}. */
    public String replyChain(String reply) {
        return Chain.of(userHash).over(with(reply));
    }

    private List<ChatMessage> with(String reply) {
        List<ChatMessage> all = new ArrayList<>(messages);
        all.add(ChatMessage.assistant(reply));
        return all;
    }

    private static List<ChatMessage> upToFirst(Role role, List<ChatMessage> messages) {
        for (int i = 0; i < messages.size(); i++)
            if (messages.get(i).role() == role) return messages.subList(0, i + 1);
        return messages;
    }
}
