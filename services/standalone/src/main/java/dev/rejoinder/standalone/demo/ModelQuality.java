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
    /** Tokens of the fixed text read at once, fewer in a shorter context. */
    private static final int WINDOW = 1024;

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
        int window = Math.min(WINDOW, model.info().contextLength());
        double sum = 0;
        int tokens = 0;
        for (Pack pack : Pack.windows(model.tokenizer().encode(FixedText.TEXT), window))
            for (float p : model.score(List.of(pack), adapter)[0][0]) {
                sum += p;
                tokens++;
            }
        return Math.exp(-sum / tokens);
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
