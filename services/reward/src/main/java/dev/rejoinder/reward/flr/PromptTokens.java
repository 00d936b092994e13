package dev.rejoinder.reward.flr;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Prompts as tokens, cut to the room there is: the oldest exchanges go first, the system message
 * and the last request stay, and a message is never cut through.
 */
final class PromptTokens {
    private final LanguageModel model;
    private final int limit;

    /**
     * @param limit most tokens of prompt, reply and follow-up together
     */
    PromptTokens(LanguageModel model, int limit) {
        this.model = model;
        this.limit = Math.min(limit, model.info().contextLength());
    }

    /**
     * @param after tokens that have to fit behind the prompt
     * @throws Refusal if system message, last request and what comes after them exceed the limit
     * @throws IllegalArgumentException if the chat template refuses the messages
     */
    int[] within(List<ChatMessage> prompt, int after) {
        List<ChatMessage> kept = new ArrayList<>(prompt);
        int[] tokens = model.chat().prompt(kept);
        while (tokens.length + after > limit) {
            if (!dropOldest(kept)) throw tooLong(tokens.length + after);
            tokens = model.chat().prompt(kept);
        }
        return tokens;
    }

    /** Drops messages from the oldest on, until another user's message is first again. */
    private static boolean dropOldest(List<ChatMessage> messages) {
        int first = messages.getFirst().role() == Role.SYSTEM ? 1 : 0;
        for (int next = first + 1; next < messages.size(); next++)
            if (messages.get(next).role() == Role.USER) {
                messages.subList(first, next).clear();
                return true;
            }
        return false;
    }

    private Refusal tooLong(int tokens) {
        return new Refusal(
                Refusal.Kind.INVALID,
                ErrorReason.ERROR_REASON_CONTEXT_EXCEEDED,
                "the last request, the reply and the longest follow-up have %d tokens, the limit is %d; shorten one of them"
                        .formatted(tokens, limit),
                Map.of("tokens", String.valueOf(tokens), "limit", String.valueOf(limit)));
    }
}
