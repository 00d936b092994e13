package dev.rejoinder.inference.chat;

import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import java.util.List;

/**
 * A reply that has ended.
 *
 * @param index 0 to n - 1
 * @param tokens all that were drawn, those of a stop text too
 * @param firstTokenNanos from the chat's arrival to its first token; 0 if there was none
 */
public record Reply(
        int index,
        String text,
        FinishReason reason,
        List<GeneratedToken> tokens,
        long firstTokenNanos) {
    public Reply {
        tokens = List.copyOf(tokens);
    }
}
