package dev.rejoinder.lm.chat;

import java.util.Objects;

/**
 * One message of a chat. The content is plain text: whatever it spells, it never becomes a special
 * token.
 */
public record ChatMessage(Role role, String content) {
    public ChatMessage {
        Objects.requireNonNull(role);
        Objects.requireNonNull(content);
    }

    public static ChatMessage system(String content) {
        return new ChatMessage(Role.SYSTEM, content);
    }

    public static ChatMessage user(String content) {
        return new ChatMessage(Role.USER, content);
    }

    public static ChatMessage assistant(String content) {
        return new ChatMessage(Role.ASSISTANT, content);
    }
}
