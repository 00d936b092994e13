package dev.rejoinder.bench;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.TokenSink;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.train.LoraTraining;
import dev.rejoinder.lm.train.TokenObjective;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The four kinds of work of a model, each against the limit that holds for it. */
final class ModelBench {
    private static final int FOLLOW_UPS = 16;
    private static final int PAIRS = 4;
    private static final double BETA = 0.1;

    private final LanguageModel model;
    private final ModelConfig config;
    private final Limits limits;
    private final int weightBytes;
    private final int repeats;
    private final Random random = new Random(1);

    /**
     * @param weightBytes bytes of one weight as a decode step reads it
     */
    ModelBench(
            LanguageModel model, ModelConfig config, Limits limits, int weightBytes, int repeats) {
        this.model = model;
        this.config = config;
        this.limits = limits;
        this.weightBytes = weightBytes;
        this.repeats = repeats;
    }

    /** Reading prompts, no logits but the last token's. */
    Figure prefill(int rows, int tokens) {
        List<Pack> packs = new ArrayList<>();
        for (int i = 0; i < rows; i++) packs.add(new Pack(ids(tokens - 1), List.of(ids(1))));
        Timing t = Timing.of(repeats, () -> model.score(packs, null));
        double operations = rows * (prefillOperations(tokens) + 2.0 * headWeights());
        return Figure.rate("prefill %dx%d".formatted(rows, tokens), "tok/s", rows * tokens, t)
                .against("sgemm", operations / t.median() / limits.sgemm());
    }

    /** One token for every row, context 32 to 64, once all prompts are read. */
    Figure decode(int rows) {
        int steps = 32;
        int prompt = 32;
        double[] seconds = new double[repeats * steps];
        for (int r = -1; r < repeats; r++) {
            try (BatchGenerator generator = model.generator(rows)) {
                Set<Integer> begun = new HashSet<>();
                for (int i = 0; i < rows; i++) {
                    int row = i;
                    generator.add(request(prompt, 4 * steps, i), sink(() -> begun.add(row)));
                }
                while (begun.size() < rows) generator.step();
                generator.step();
                for (int s = 0; s < steps; s++) {
                    long start = System.nanoTime();
                    generator.step();
                    if (r >= 0) seconds[r * steps + s] = (System.nanoTime() - start) / 1e9;
                }
            }
        }
        Timing t = Timing.of(seconds);
        double cache =
                2.0
                        * rows
                        * (prompt + steps / 2.0)
                        * config.layers()
                        * config.keyValueHeads()
                        * config.headSize();
        double bytes = (matrixWeights() + headWeights() + cache) * weightBytes;
        return Figure.rate("decode batch " + rows, "tok/s", rows, t)
                .against("memory read", bytes / t.median() / limits.bandwidth());
    }

    private GenerationRequest request(int prompt, int tokens, int seed) {
        return new GenerationRequest(
                ids(prompt), new Sampling(0.7, 1, seed, 0), tokens, List.of(), null);
    }

    /** 16 follow-ups of 10 tokens after a prefix of 96: packed, against one by one. */
    List<Figure> packedScoring() {
        int[] prefix = ids(96);
        List<int[]> followUps = new ArrayList<>();
        for (int i = 0; i < FOLLOW_UPS; i++) followUps.add(ids(10));
        var packed = List.of(new Pack(prefix, followUps));
        Timing one = Timing.of(repeats, () -> model.score(packed, null));
        Timing each =
                Timing.of(
                        repeats,
                        () -> {
                            for (int[] f : followUps)
                                model.score(List.of(new Pack(prefix, List.of(f))), null);
                        });
        return List.of(
                Figure.seconds("16 follow-ups one by one", each),
                Figure.seconds("16 follow-ups packed", one)
                        .against("one by one", each.median() / one.median()));
    }

    /** 4 pairs: prompt 64, chosen 64, rejected 64; rank 8 on q, k, v and o. */
    List<Figure> dpo() {
        List<Pack> pairs = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) pairs.add(new Pack(ids(64), List.of(ids(64), ids(64))));
        try (LoraTraining training = model.train(AdapterConfig.attention(), 1, 0)) {
            Timing cached = Timing.of(repeats, () -> step(training, pairs, new double[PAIRS]));
            Timing whole = Timing.of(repeats, () -> step(training, pairs, references(pairs)));
            return List.of(
                    Figure.seconds("LoRA-DPO step, 4 pairs x 128", whole),
                    Figure.seconds("the same, cached reference", cached));
        }
    }

    private double[] references(List<Pack> pairs) {
        float[][][] scored = model.score(pairs, null);
        return Arrays.stream(scored).mapToDouble(ModelBench::margin).toArray();
    }

    private static void step(LoraTraining training, List<Pack> pairs, double[] references) {
        for (int i = 0; i < PAIRS; i++)
            training.accumulate(pairs.get(i), dpo(references[i]), 1.0 / PAIRS);
        training.update(1e-4, 1);
    }

    private static TokenObjective dpo(double reference) {
        return logProbs -> {
            double z = BETA * (margin(logProbs) - reference);
            float slope = (float) (-BETA / (1 + Math.exp(z)));
            float[][] gradient = {new float[logProbs[0].length], new float[logProbs[1].length]};
            Arrays.fill(gradient[0], slope);
            Arrays.fill(gradient[1], -slope);
            return new TokenObjective.Value(Math.log1p(Math.exp(-z)), gradient);
        };
    }

    private static double margin(float[][] logProbs) {
        double margin = 0;
        for (float p : logProbs[0]) margin += p;
        for (float p : logProbs[1]) margin -= p;
        return margin;
    }

    /** Multiplications and additions of a text's matrices and of its causal attention. */
    private double prefillOperations(int tokens) {
        double attention =
                2.0 * tokens * tokens * config.heads() * config.headSize() * config.layers();
        return 2.0 * matrixWeights() * tokens + attention;
    }

    private double matrixWeights() {
        double queries = (double) config.heads() * config.headSize();
        double keys = (double) config.keyValueHeads() * config.headSize();
        double attention = config.hidden() * (2 * queries + 2 * keys);
        return config.layers() * (attention + 3.0 * config.hidden() * config.intermediate());
    }

    private double headWeights() {
        return (double) config.vocabulary() * config.hidden();
    }

    private int[] ids(int count) {
        return random.ints(count, 0, config.vocabulary()).toArray();
    }

    private static TokenSink sink(Runnable onToken) {
        return new TokenSink() {
            @Override
            public void token(GeneratedToken token) {
                onToken.run();
            }

            @Override
            public void finished(
                    FinishReason reason, String rest, @Nullable RuntimeException error) {
                if (error != null) throw error;
            }
        };
    }
}
