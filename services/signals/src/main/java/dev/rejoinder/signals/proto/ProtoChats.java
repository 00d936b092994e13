package dev.rejoinder.signals.proto;

import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import java.util.Collection;
import java.util.List;

/** Messages of a chat. */
public final class ProtoChats {
    private ProtoChats() {}

    /**
     * @throws IllegalArgumentException if a message has no role
     */
    public static List<ChatMessage> messages(Collection<Message> messages) {
        return messages.stream()
                .map(m -> new ChatMessage(role(m.getRole()), m.getContent()))
                .toList();
    }

    public static Message message(ChatMessage message) {
        return Message.newBuilder()
                .setRole(
                        switch (message.role()) {
                            case SYSTEM -> Role.ROLE_SYSTEM;
                            case USER -> Role.ROLE_USER;
                            case ASSISTANT -> Role.ROLE_ASSISTANT;
                        })
                .setContent(message.content())
                .build();
    }

    private static dev.rejoinder.lm.chat.Role role(Role role) {
        return switch (role) {
            case ROLE_SYSTEM -> dev.rejoinder.lm.chat.Role.SYSTEM;
            case ROLE_USER -> dev.rejoinder.lm.chat.Role.USER;
            case ROLE_ASSISTANT -> dev.rejoinder.lm.chat.Role.ASSISTANT;
            case ROLE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException(
                            "a message has no role; it is one of system, user and assistant");
        };
    }
}
