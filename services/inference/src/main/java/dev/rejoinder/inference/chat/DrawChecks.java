package dev.rejoinder.inference.chat;

import dev.rejoinder.inference.chat.ChatRequest.Draw;
import dev.rejoinder.lm.generate.Penalties;
import dev.rejoinder.lm.generate.Sampling;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How tokens may be asked to be drawn. */
final class DrawChecks {
    /** As OpenAI's API has it. */
    static final int MAX_BIASES = 300;

    private static final String NONE = "0 is none";

    private DrawChecks() {}

    static void check(Draw draw) {
        Integer topK = draw.topK();
        if (topK != null && topK < 0)
            throw Invalid.outside("top_k", topK, "0 and more", "0 keeps every token");
        aboveZero("top_p", draw.topP(), 1, "1 keeps every token");
        within("min_p", draw.minP(), 0, 1, "0 keeps every token");
        within("temperature", draw.temperature(), 0, 2, "0 is greedy, 1 is usual");
        aboveZero(
                "repetition_penalty",
                draw.repetitionPenalty(),
                (int) Penalties.MAX_REPETITION,
                "1 is none");
        within("presence_penalty", draw.presencePenalty(), -2, 2, NONE);
        within("frequency_penalty", draw.frequencyPenalty(), -2, 2, NONE);
        check(draw.logitBias());
    }

    private static void within(
            String field, @Nullable Double value, int least, int most, String remedy) {
        if (value != null && !(value >= least && value <= most))
            throw Invalid.outside(field, value, least + " to " + most, remedy);
    }

    private static void aboveZero(String field, @Nullable Double value, int most, String remedy) {
        if (value != null && !(value > 0 && value <= most))
            throw Invalid.outside(field, value, "(0, " + most + "]", remedy);
    }

    private static void check(Map<Integer, Double> biases) {
        if (biases.size() > MAX_BIASES)
            throw Invalid.outside(
                    "logit_bias", biases.size() + " tokens", "0 to " + MAX_BIASES, "send fewer");
        biases.forEach((token, bias) -> {
            if (!(Math.abs(bias) <= Sampling.MAX_BIAS))
                throw Invalid.outside(
                        "logit_bias." + token, bias, "-100 to 100", "-100 bans the token");
        });
    }

    /**
     * Once the model is known.
     *
     * @param vocabulary token ids are below it
     */
    static void checkTokens(Map<Integer, Double> biases, int vocabulary) {
        for (int token : biases.keySet())
            if (token < 0 || token >= vocabulary)
                throw Invalid.field(
                        "logit_bias",
                        token,
                        "0 to " + (vocabulary - 1),
                        "names token %d, and the model's are 0 to %d"
                                .formatted(token, vocabulary - 1),
                        "send ids of the model's own tokenizer");
    }
}
