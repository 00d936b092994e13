package dev.rejoinder.lm.chat;

/** Who speaks in a chat. */
public enum Role {
    SYSTEM,
    USER,
    ASSISTANT;

    /**
     * The name chat templates and OpenAI's API use: {@code system}, {@code user}, {@code
     * assistant}.
     */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
