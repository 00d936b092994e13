package dev.rejoinder.lm.generate;

import dev.rejoinder.lm.adapter.Adapter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reply to generate.
 *
 * @param prompt token ids, 1 to context - 1 of them
 * @param maxTokens at least 1; prompt and reply together fit the context
 * @param stop texts at which the reply ends; they are not part of it, and are found across token
 *     borders
 * @param adapter the weights to answer with, or null for the base
 * @param constraint what the reply keeps to, or null for nothing
 */
public record GenerationRequest(
        int[] prompt,
        Sampling sampling,
        int maxTokens,
        List<String> stop,
        @Nullable Adapter adapter,
        @Nullable Constraint constraint) {
    public GenerationRequest {
        if (prompt.length == 0) throw new IllegalArgumentException("the prompt is empty");
        if (maxTokens < 1)
            throw new IllegalArgumentException("max_tokens of " + maxTokens + " is below 1");
        stop = List.copyOf(stop);
    }

    /** One that may say anything. */
    public GenerationRequest(
            int[] prompt,
            Sampling sampling,
            int maxTokens,
            List<String> stop,
            @Nullable Adapter adapter) {
        this(prompt, sampling, maxTokens, stop, adapter, null);
    }
}
