package dev.rejoinder.inference.chat;

import dev.rejoinder.lm.chat.ChatMessage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A chat to answer, as both APIs mean it. Its fields are named in refusals as OpenAI's API names
 * them.
 *
 * @param model a model id, {@code model_id@version}, or empty for the default
 * @param messages ends with the user's
 * @param wish how to sample
 * @param n how many replies
 * @param author whose chat it is
 * @param recorded whether the turn is kept and may be learned from
 */
public record ChatRequest(
        String model,
        List<ChatMessage> messages,
        Wish wish,
        int n,
        Author author,
        boolean recorded) {
    public ChatRequest {
        messages = List.copyOf(messages);
    }

    /**
     * How the client wants its reply; null where it leaves the choice to us.
     *
     * @param draw how tokens are drawn
     * @param json what JSON the reply is to be; null for text
     * @param stop texts at which the reply ends
     * @param logProbs whether it wants the tokens' log-probabilities
     * @param topLogProbs alternatives for each token
     */
    public record Wish(
            Draw draw,
            @Nullable JsonReply json,
            @Nullable Integer maxTokens,
            List<String> stop,
            boolean logProbs,
            int topLogProbs) {
        public Wish {
            stop = List.copyOf(stop);
        }
    }

    /**
     * How the client wants tokens drawn; null where it leaves the choice to us.
     *
     * @param logitBias by token id
     */
    public record Draw(
            @Nullable Double temperature,
            @Nullable Integer topK,
            @Nullable Double topP,
            @Nullable Double minP,
            @Nullable Double repetitionPenalty,
            @Nullable Double presencePenalty,
            @Nullable Double frequencyPenalty,
            Map<Integer, Double> logitBias,
            @Nullable Long seed) {
        /** All is left to us. */
        public static final Draw DEFAULT =
                new Draw(null, null, null, null, null, null, null, Map.of(), null);

        public Draw {
            logitBias = Map.copyOf(logitBias);
        }
    }

    /**
     * Who asks.
     *
     * @param share whose share of the batch the chat takes
     * @param userHash pseudonym, empty if no user was named
     * @param conversationId the client's own, empty if it has none
     * @param consent whether the turn may be trained on
     * @param metadata the client's own words
     */
    public record Author(
            String share,
            String userHash,
            String conversationId,
            boolean consent,
            Map<String, String> metadata) {
        public Author {
            metadata = Map.copyOf(metadata);
        }
    }
}
