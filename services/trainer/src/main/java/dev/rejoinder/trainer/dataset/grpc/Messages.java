package dev.rejoinder.trainer.dataset.grpc;

import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.proto.chat.v1.Message;

/** Messages of the contract as the model's own. */
final class Messages {
    private Messages() {}

    /**
     * @throws IllegalArgumentException if the role is unknown here
     */
    static ChatMessage message(Message message) {
        Role role =
                switch (message.getRole()) {
                    case ROLE_SYSTEM -> Role.SYSTEM;
                    case ROLE_USER -> Role.USER;
                    case ROLE_ASSISTANT -> Role.ASSISTANT;
                    case ROLE_UNSPECIFIED, UNRECOGNIZED ->
                            throw new IllegalArgumentException(
                                    "a message has the unknown role " + message.getRoleValue());
                };
        return new ChatMessage(role, message.getContent());
    }
}
