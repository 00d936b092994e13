package dev.rejoinder.trainer.anchor;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.TokenSink;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.trainer.dataset.InterruptedRunException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Lets the base go on from openings of many kinds of text, as it would by itself. */
final class AnchorSampler {
    /** Long enough that most tokens stand in the middle of a text, short beside a pair. */
    private static final int MAX_TOKENS = 64;

    /** Of an opening; where a tokenizer makes more of it, the rest is dropped. */
    private static final int MAX_OPENING = 32;

    private static final int BATCH = 16;

    private final LanguageModel model;
    private final BooleanSupplier stop;

    AnchorSampler(LanguageModel model, BooleanSupplier stop) {
        this.model = model;
        this.stop = stop;
    }

    /** One anchor for each opening, but for those after which the base has nothing to say. */
    List<Anchor> sample(List<String> openings, long seed) {
        return scored(continued(openings, new SplittableRandom(seed)));
    }

    private List<Pack> continued(List<String> openings, SplittableRandom seeds) {
        List<int[]> prompts = openings.stream().map(this::tokens).toList();
        List<Collector> continuations = new ArrayList<>();
        try (BatchGenerator generator = model.generator(BATCH)) {
            for (int[] prompt : prompts) {
                Collector continuation = new Collector();
                continuations.add(continuation);
                generator.add(request(prompt, seeds.nextLong()), continuation);
            }
            while (generator.step()) if (stop.getAsBoolean()) throw new InterruptedRunException();
        }
        List<Pack> packs = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            int[] tokens = continuations.get(i).tokens();
            if (tokens.length > 0) packs.add(new Pack(prompts.get(i), List.of(tokens)));
        }
        return packs;
    }

    private int[] tokens(String opening) {
        int[] tokens = model.tokenizer().encode(opening);
        int most = Math.min(MAX_OPENING, model.info().contextLength() / 2);
        return Arrays.copyOf(tokens, Math.min(tokens.length, most));
    }

    private GenerationRequest request(int[] prompt, long seed) {
        return new GenerationRequest(
                prompt,
                new Sampling(1, 1, seed, 0),
                Math.min(MAX_TOKENS, model.info().contextLength() - prompt.length),
                List.of(),
                null);
    }

    private List<Anchor> scored(List<Pack> packs) {
        List<Anchor> anchors = new ArrayList<>();
        for (int from = 0; from < packs.size(); from += BATCH) {
            if (stop.getAsBoolean()) throw new InterruptedRunException();
            List<Pack> some = packs.subList(from, Math.min(packs.size(), from + BATCH));
            float[][][] logProbs = model.score(some, null);
            for (int i = 0; i < some.size(); i++)
                anchors.add(new Anchor(some.get(i), logProbs[i][0]));
        }
        return List.copyOf(anchors);
    }

    private static final class Collector implements TokenSink {
        private final List<Integer> ids = new ArrayList<>();
        private @Nullable RuntimeException error;

        @Override
        public void token(GeneratedToken token) {
            ids.add(token.id());
        }

        @Override
        public void finished(FinishReason reason, String rest, @Nullable RuntimeException error) {
            this.error = error;
        }

        int[] tokens() {
            if (error != null) throw error;
            return ids.stream().mapToInt(Integer::intValue).toArray();
        }
    }
}
