package dev.rejoinder.trainer.evaluate;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.TokenSink;
import dev.rejoinder.trainer.dataset.InterruptedRunException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Samples one reply to each prompt, many at a time. */
final class ReplySampler {
    /**
     * How replies are drawn.
     *
     * @param prompts most prompts to answer, at least 1
     * @param maxTokens most tokens of a reply, at least 1
     * @param batch replies decoded together, at least 1
     * @param seed of the first prompt; the next ones count up
     */
    record Plan(int prompts, int maxTokens, int batch, long seed) {
        Plan {
            if (prompts < 1 || maxTokens < 1 || batch < 1)
                throw new IllegalArgumentException(
                        "sampling of %d prompts, %d tokens, %d at a time: each must be at least 1"
                                .formatted(prompts, maxTokens, batch));
        }
    }

    /** A usual setting for chats; greedy replies would hide how often the adapter goes wrong. */
    private static final double TEMPERATURE = 0.7;

    private static final double TOP_P = 0.9;

    private final LanguageModel model;
    private final Plan plan;
    private final BooleanSupplier stop;

    ReplySampler(LanguageModel model, Plan plan, BooleanSupplier stop) {
        this.model = model;
        this.plan = plan;
        this.stop = stop;
    }

    /** One reply's text for each prompt, in order; null as the adapter samples from the base. */
    List<String> sample(List<int[]> prompts, @Nullable Adapter adapter) {
        List<Collector> replies = new ArrayList<>();
        try (BatchGenerator generator = model.generator(plan.batch())) {
            for (int i = 0; i < prompts.size(); i++) {
                Collector reply = new Collector();
                replies.add(reply);
                generator.add(request(prompts.get(i), plan.seed() + i, adapter), reply);
            }
            while (generator.step()) if (stop.getAsBoolean()) throw new InterruptedRunException();
        }
        return replies.stream().map(Collector::text).toList();
    }

    private GenerationRequest request(int[] prompt, long seed, @Nullable Adapter adapter) {
        int room = model.info().contextLength() - prompt.length;
        return new GenerationRequest(
                prompt,
                new Sampling(TEMPERATURE, TOP_P, seed, 0),
                Math.min(plan.maxTokens(), room),
                List.of(),
                adapter);
    }

    private static final class Collector implements TokenSink {
        private final StringBuilder text = new StringBuilder();
        private @Nullable FinishReason reason;
        private @Nullable RuntimeException error;

        @Override
        public void token(GeneratedToken token) {
            text.append(token.text());
        }

        @Override
        public void finished(FinishReason reason, String rest, @Nullable RuntimeException error) {
            text.append(rest);
            this.reason = reason;
            this.error = error;
        }

        String text() {
            if (error != null) throw error;
            if (reason == null || reason == FinishReason.CANCELLED)
                throw new IllegalStateException("a reply was not finished: " + reason);
            return text.toString().strip();
        }
    }
}
