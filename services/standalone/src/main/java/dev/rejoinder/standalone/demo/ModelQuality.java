package dev.rejoinder.standalone.demo;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.score.Pack;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the model itself says of the change, computed apart from the platform.
 *
 * @param basePerplexity of the base on the fixed text
 * @param promotedPerplexity of the base with the promoted adapter
 * @param baseLogProbBefore mean over the replies of the base's mean log-prob per token, before
 * @param baseLogProbAfter the same for the promoted model's replies
 */
public record ModelQuality(
        double basePerplexity,
        double promotedPerplexity,
        double baseLogProbBefore,
        double baseLogProbAfter) {
    public double perplexityRatio() {
        return promotedPerplexity / basePerplexity;
    }

    static ModelQuality of(
            LanguageModel model, Adapter promoted, List<Exchange> before, List<Exchange> after) {
        return new ModelQuality(
                perplexity(model, null),
                perplexity(model, promoted),
                meanLogProb(model, before),
                meanLogProb(model, after));
    }

    private static double perplexity(LanguageModel model, @Nullable Adapter adapter) {
        int[] tokens = model.tokenizer().encode(FixedText.TEXT);
        Pack pack =
                new Pack(
                        Arrays.copyOf(tokens, 1),
                        List.of(Arrays.copyOfRange(tokens, 1, tokens.length)));
        return Math.exp(-mean(model.score(List.of(pack), adapter)[0][0]));
    }

    private static double meanLogProb(LanguageModel model, List<Exchange> exchanges) {
        List<Pack> packs =
                exchanges.stream()
                        .filter(e -> !e.reply().isBlank())
                        .map(e -> pack(model, e))
                        .toList();
        if (packs.isEmpty()) return 0;
        float[][][] scores = model.score(packs, null);
        return Arrays.stream(scores).mapToDouble(s -> mean(s[0])).average().orElseThrow();
    }

    private static Pack pack(LanguageModel model, Exchange exchange) {
        return new Pack(
                model.chat().prompt(List.of(ChatMessage.user(exchange.prompt()))),
                List.of(model.tokenizer().encode(exchange.reply())));
    }

    private static double mean(float[] values) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> values[i])
                .average()
                .orElseThrow();
    }
}
