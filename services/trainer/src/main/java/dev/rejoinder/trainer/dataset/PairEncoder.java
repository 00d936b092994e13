package dev.rejoinder.trainer.dataset;

import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.token.Tokenizer;
import java.util.Arrays;
import java.util.List;

/**
 * Pairs to tokens: the prompt once, the chosen and the rejected reply as its two continuations. A
 * complete reply is followed by the end of the turn, so that stopping is learned as well.
 */
public final class PairEncoder {
    private final Tokenizer tokenizer;
    private final ChatEncoder chat;

    public PairEncoder(Tokenizer tokenizer, ChatEncoder chat) {
        this.tokenizer = tokenizer;
        this.chat = chat;
    }

    /**
     * @throws IllegalArgumentException if a reply has no tokens or the template refuses the prompt
     */
    public Pack encode(Pair pair) {
        return new Pack(
                chat.prompt(pair.prompt()), List.of(reply(pair.chosen()), reply(pair.rejected())));
    }

    /** Whether the pair can be trained on within so many tokens. */
    public boolean fits(Pair pair, int maxTokens) {
        if (pair.chosen().text().isBlank() || pair.rejected().text().isBlank()) return false;
        try {
            return encode(pair).length() <= maxTokens;
        } catch (IllegalArgumentException e) {
            // A prompt the chat template refuses cannot have been answered by this model.
            return false;
        }
    }

    private int[] reply(Pair.Reply reply) {
        int[] tokens = tokenizer.encode(reply.text());
        if (!reply.complete()) return tokens;
        int[] ended = Arrays.copyOf(tokens, tokens.length + 1);
        ended[tokens.length] = chat.endOfTurn();
        return ended;
    }
}
