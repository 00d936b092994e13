package dev.rejoinder.reward.proto;

import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.proto.chat.v1.Message;
import java.util.Collection;
import java.util.List;

/** Messages of a chat. */
public final class ProtoChats {
    private ProtoChats() {}

    /**
     * @throws IllegalArgumentException if a message has no role
     */
    public static List<ChatMessage> messages(Collection<Message> messages) {
        return messages.stream().map(ProtoChats::message).toList();
    }

    private static ChatMessage message(Message message) {
        return new ChatMessage(
                switch (message.getRole()) {
                    case ROLE_SYSTEM -> Role.SYSTEM;
                    case ROLE_USER -> Role.USER;
                    case ROLE_ASSISTANT -> Role.ASSISTANT;
                    case ROLE_UNSPECIFIED, UNRECOGNIZED ->
                            throw new IllegalArgumentException(
                                    "a message has no role; it is one of system, user and"
                                            + " assistant");
                },
                message.getContent());
    }
}
