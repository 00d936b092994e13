package dev.rejoinder.lm.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.token.BpeTokenizer;
import dev.rejoinder.lm.token.Vocabulary;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a GGUF's metadata says is what the same model's {@code config.json} says. */
class GgufConfigTest {
    private static final String LLAMA_3 =
            """
            {"rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0,
             "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}
            """;

    /**
     * By llama.cpp's converter's own lines in Python, for theta 500,000, a head of 12 and {@link
     * #LLAMA_3}: the six frequencies turn 1303.8, 146.3, 16.4, 1.84, 0.207 and 0.0232 times in 8192
     * tokens; more than 4 stay, fewer than 1 are divided by 32, and 1.843848 gives smooth =
     * 0.281283 and 1 / ((1 - smooth) / 32 + smooth).
     */
    private static final float[] LLAMA_3_FACTORS = {1, 1, 1, 3.2922621f, 32, 32};

    @TempDir Path folder;
    private Vocabulary vocabulary;

    @BeforeEach
    void readVocabulary() throws IOException {
        Path tiny = TinyModel.llama().write(folder.resolve("vocabulary"));
        try (ModelFiles model = ModelReader.open(tiny)) {
            vocabulary = ((BpeTokenizer) model.tokenizer()).vocabulary();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3"})
    void everyFamilysConfigurationIsThatOfItsFolder(String family) throws IOException {
        TinyModel tiny = TinyModel.family(family, TinyModel.WHOLE_VOCABULARY);

        assertSame(tiny, gguf(tiny));
        assertSame(tiny.untied(), gguf(tiny.untied()));
        assertSame(tiny.withHeadSize(16), gguf(tiny.withHeadSize(16)));
    }

    @Test
    void aSlidingWindowIsThatOfItsFolder() throws IOException {
        TinyModel tiny =
                TinyModel.family("mistral", TinyModel.WHOLE_VOCABULARY).with("sliding_window", "8");

        assertSame(tiny, gguf(tiny).put("llama.attention.sliding_window", 8));
    }

    @Test
    void aWindowThatNoLayerOfAQwenLooksThroughIsLeftOut() throws IOException {
        TinyModel tiny = TinyModel.family("qwen2", TinyModel.WHOLE_VOCABULARY);

        assertSame(tiny, gguf(tiny).put("qwen2.attention.sliding_window", 8));
    }

    @Test
    void llamaThreesFrequenciesAreThoseOfItsFolder() throws IOException {
        TinyModel tiny =
                TinyModel.llama().with("rope_theta", "500000.0").with("rope_scaling", LLAMA_3);

        assertSame(
                tiny,
                gguf(tiny)
                        .put("llama.rope.freq_base", 500_000f)
                        .put("llama.rope.dimension_count", 12)
                        .tensor("rope_freqs.weight", new int[] {6}, LLAMA_3_FACTORS));
    }

    @Test
    void whatIsNotSaidIsWhatLlamaCppTakesItFor() throws IOException {
        GgufWriter file =
                gguf(TinyModel.llama())
                        .remove("llama.attention.head_count_kv")
                        .remove("llama.attention.key_length")
                        .remove("llama.rope.freq_base");

        try (Gguf gguf = Gguf.open(file.write(folder.resolve("t.gguf")))) {
            ModelConfig config = GgufConfig.of(gguf);

            assertThat(config.keyValueHeads()).isEqualTo(4);
            assertThat(config.headSize()).isEqualTo(12);
            assertThat(config.ropeTheta()).isEqualTo(10_000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "yarn", "longrope", "whatever"})
    void anotherScalingOfTheFrequenciesIsRefusedByName(String type) throws IOException {
        assertRefused(
                gguf(TinyModel.llama()).put("llama.rope.scaling.type", type),
                "llama with rope scaling " + type);
    }

    @Test
    void aScalingThatIsNoneIsNone() throws IOException {
        assertSame(
                TinyModel.llama(), gguf(TinyModel.llama()).put("llama.rope.scaling.type", "none"));
    }

    @Test
    void factorsThatAreNotLlamaThreesAreRefused() throws IOException {
        float[] factors = {1, 1, 1, 2, 32, 32};

        assertRefused(
                gguf(TinyModel.llama()).tensor("rope_freqs.weight", new int[] {6}, factors),
                "rotary frequencies are scaled in an unknown way");
    }

    @ParameterizedTest
    @CsvSource({"llama, 8", "qwen2, 2", "qwen3, 128"})
    void expertsAreRefused(String family, int experts) throws IOException {
        TinyModel tiny = TinyModel.family(family, TinyModel.WHOLE_VOCABULARY);

        assertRefused(gguf(tiny).put(family + ".expert_count", experts), family + " with experts");
    }

    @Test
    void noExpertsAreNone() throws IOException {
        assertSame(TinyModel.llama(), gguf(TinyModel.llama()).put("llama.expert_count", 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6, 10, 24})
    void aHeadThatIsRotatedInPartIsRefused(int rotated) throws IOException {
        assertRefused(
                gguf(TinyModel.llama()).put("llama.rope.dimension_count", rotated),
                "llama that rotates " + rotated + " of 12 elements");
    }

    private GgufWriter gguf(TinyModel tiny) {
        return TinyGguf.of(tiny, vocabulary, GgufModelTest.CHATML);
    }

    /** The whole configuration, and what the model says of a text. */
    private void assertSame(TinyModel tiny, GgufWriter writer) throws IOException {
        Path file = writer.write(folder.resolve("tiny.gguf"));
        try (ModelFiles fromGguf = ModelReader.open(file);
                ModelFiles fromFolder = ModelReader.open(tiny.write(folder.resolve("tiny")))) {
            assertThat(fromGguf.config())
                    .usingRecursiveComparison()
                    .withEqualsForFields((a, b) -> true, "architecture")
                    .withEqualsForFields(
                            (a, b) -> ((Double) a).floatValue() == ((Double) b).floatValue(),
                            "normEpsilon")
                    .isEqualTo(fromFolder.config());
            assertThat(fromGguf.config().architecture())
                    .as("llama.cpp files Mistral under llama")
                    .isEqualTo(tiny.family().equals("mistral") ? "llama" : tiny.family());
            assertThat(scores(fromGguf)).containsExactly(scores(fromFolder), offset(1e-6f));
        }
    }

    /** 60 tokens: farther than the window, and far enough for slow frequencies to turn. */
    private static float[] scores(ModelFiles files) {
        int[] text = new SplittableRandom(7).ints(60, 3, 259).toArray();
        var options = EngineOptions.of(Precision.FLOAT32).withThreads(1);
        try (var model = LanguageModels.load(files, options)) {
            return model.score(List.of(new Pack(new int[] {1}, List.of(text))), null)[0][0];
        }
    }

    private void assertRefused(GgufWriter writer, String reason) throws IOException {
        Path file = writer.write(folder.resolve("t.gguf"));

        assertThatThrownBy(() -> ModelReader.open(file))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContainingAll("t.gguf", reason);
    }
}
