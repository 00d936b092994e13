package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.Weights;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.train.TokenObjective;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Weights in 16 bits as a GPU computes with them: on libtorch alone, without the packed fp16 head
 * of x86 CPUs. Log-probabilities stay within 0.05 of float32's.
 */
class NarrowWeightsTest {
    private static final EngineOptions NARROW =
            EngineOptions.of(Precision.BFLOAT16).withThreads(1).withoutVectors();

    private static final int[] TEXT = new SplittableRandom(3).ints(64, 3, 96).toArray();

    @ParameterizedTest
    @MethodSource("dev.rejoinder.lm.djl.FamiliesTest#families")
    void logProbabilitiesAreNearThoseOfFloat32(String family) {
        ModelConfig config = TinyModels.family(family);
        try (LanguageModel exact = TinyModels.load(config, Precision.FLOAT32);
                LanguageModel narrow = TinyModels.load(config, NARROW)) {
            assertThat(scores(narrow)).containsExactly(scores(exact), offset(0.05f));
            assertThat(generated(narrow)).containsExactly(scores(exact), offset(0.05f));
        }
    }

    /**
     * Logits of some tens, as real models have: rounded to eight bits, each would be off by up to
     * 0.25. What the layers add is small, so that little else is rounded.
     */
    @Test
    void logitsAreNotRoundedToWhatTheWeightsAre() {
        ModelConfig config = TinyModels.llama();
        ModelFiles files = loud(config);
        var exact = EngineOptions.of(Precision.FLOAT32).withThreads(1);
        try (LanguageModel wide = LanguageModels.load(files, exact);
                LanguageModel narrow = LanguageModels.load(files, NARROW)) {
            assertThat(scores(narrow)).containsExactly(scores(wide), offset(0.05f));
            assertThat(generated(narrow)).containsExactly(scores(wide), offset(0.05f));
        }
    }

    /** Adapters stay in float32; only the base that they are trained on is narrow. */
    @Test
    void anAdaptersGradientIsNearThatOfFloat32() {
        ModelConfig config = TinyModels.llama();
        try (LanguageModel exact = TinyModels.load(config, Precision.FLOAT32);
                LanguageModel narrow = TinyModels.load(config, NARROW)) {
            float[] expected = gradient(exact);
            float[] difference = gradient(narrow);
            for (int i = 0; i < difference.length; i++) difference[i] -= expected[i];

            assertThat(AdamW.norm(difference)).isLessThan(0.02 * AdamW.norm(expected));
        }
    }

    /** Of the text's negative log-likelihood. */
    private static float[] gradient(LanguageModel model) {
        var pack =
                new Pack(Arrays.copyOf(TEXT, 8), List.of(Arrays.copyOfRange(TEXT, 8, TEXT.length)));
        try (var training = (TorchTraining) model.train(AdapterConfig.attention(), 1, 0)) {
            training.accumulate(pack, NarrowWeightsTest::negative, 1);
            return training.gradient();
        }
    }

    private static TokenObjective.Value negative(float[][] logProbs) {
        double loss = 0;
        float[][] gradient = new float[1][logProbs[0].length];
        for (float logProb : logProbs[0]) loss -= logProb;
        Arrays.fill(gradient[0], -1);
        return new TokenObjective.Value(loss, gradient);
    }

    private static ModelFiles loud(ModelConfig config) {
        ModelFiles plain = TinyModels.files(config);
        return new ModelFiles(
                plain.name(),
                plain.digest(),
                config,
                new LoudEmbedding(new FormulaWeights(config, 0.1)),
                plain.tokenizer(),
                plain.chat());
    }

    private record LoudEmbedding(Weights weights) implements Weights {
        @Override
        public Set<String> names() {
            return weights.names();
        }

        @Override
        public long[] shape(String name) {
            return weights.shape(name);
        }

        @Override
        public float[] read(String name, int fromRow, int rows) {
            float[] values = weights.read(name, fromRow, rows);
            if (name.contains("embed")) for (int i = 0; i < values.length; i++) values[i] *= 200;
            return values;
        }

        @Override
        public void close() {
            weights.close();
        }
    }

    private static float[] scores(LanguageModel model) {
        int[] rest = Arrays.copyOfRange(TEXT, 8, TEXT.length);
        var pack = new Pack(Arrays.copyOf(TEXT, 8), List.of(rest));
        return model.score(List.of(pack), null)[0][0];
    }

    private static float[] generated(LanguageModel model) {
        int[] rest = Arrays.copyOfRange(TEXT, 8, TEXT.length);
        Reply reply = new Reply();
        try (var generator = model.generator(1)) {
            generator.add(
                    new GenerationRequest(
                            Arrays.copyOf(TEXT, 8),
                            Sampling.greedy(),
                            rest.length,
                            List.of(),
                            null,
                            () -> new Forced(rest)),
                    reply);
            while (generator.step()) {}
        }
        float[] seen = new float[reply.tokens().size()];
        for (int i = 0; i < seen.length; i++) seen[i] = (float) reply.tokens().get(i).logProb();
        return seen;
    }
}
