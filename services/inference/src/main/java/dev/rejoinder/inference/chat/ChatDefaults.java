package dev.rejoinder.inference.chat;

/**
 * What a chat gets that does not say.
 *
 * @param maxTokens most tokens of a reply, less where the context has less room
 */
public record ChatDefaults(double temperature, double topP, int maxTokens) {
    public ChatDefaults {
        if (!(temperature >= 0 && temperature <= 2))
            throw new IllegalArgumentException(
                    "default temperature of " + temperature + " is outside 0 to 2");
        if (!(topP > 0 && topP <= 1))
            throw new IllegalArgumentException("default top_p of " + topP + " is outside (0, 1]");
        if (maxTokens < 1)
            throw new IllegalArgumentException(
                    "default max_tokens of " + maxTokens + " is below 1");
    }
}
