package dev.rejoinder.lm.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.token.BpeTokenizer;
import dev.rejoinder.lm.token.Vocabulary;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GgufModelTest {
    static final String CHATML =
            "{% for m in messages %}{{'<|im_start|>' + m['role'] + '\n' + m['content']"
                    + " + '<|im_end|>' + '\n'}}{% endfor %}"
                    + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

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
    void aGgufHoldsTheSameModelAsTheFolderItWasMadeFrom(String family) throws IOException {
        TinyModel tiny = TinyModel.family(family, TinyModel.WHOLE_VOCABULARY).untied();
        Path gguf = gguf(tiny).write(folder.resolve("tiny.gguf"));

        try (ModelFiles fromGguf = ModelReader.open(gguf);
                ModelFiles fromFolder = ModelReader.open(tiny.write(folder.resolve(family)))) {
            assertThat(fromGguf.weights().names()).isEqualTo(fromFolder.weights().names());
            for (String name : fromFolder.weights().names()) {
                assertThat(fromGguf.weights().shape(name))
                        .isEqualTo(fromFolder.weights().shape(name));
                assertThat(fromGguf.weights().read(name))
                        .as(name)
                        .isEqualTo(fromFolder.weights().read(name));
            }
            assertThat(fromGguf.config().headSize()).isEqualTo(fromFolder.config().headSize());
            assertThat(fromGguf.config().attentionBias())
                    .isEqualTo(fromFolder.config().attentionBias());
            assertThat(fromGguf.config().tiedEmbeddings()).isFalse();
            List<ChatMessage> chat = List.of(ChatMessage.user("Hi, how are you?"));
            assertThat(fromGguf.chat().prompt(chat)).isEqualTo(fromFolder.chat().prompt(chat));
        }
    }

    @Test
    void aFileCutAnywhereIsRefusedWithItsName() throws IOException {
        byte[] whole = gguf(TinyModel.llama()).bytes();
        Path file = folder.resolve("cut.gguf");
        for (int length = 0; length < whole.length; length += 1 + whole.length / 150) {
            Files.write(file, Arrays.copyOf(whole, length));

            assertThatThrownBy(() -> ModelReader.open(file))
                    .as("cut after %d bytes", length)
                    .isInstanceOf(UnreadableModelException.class)
                    .hasMessageContaining("cut.gguf");
        }
    }

    @Test
    void aDamagedHeaderNeverDoesWorseThanBeRefused() throws IOException {
        byte[] whole = gguf(TinyModel.llama()).bytes();
        Path file = folder.resolve("damaged.gguf");
        long seed = 20260731;
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 3; i++) damaged[random.nextInt(12_000)] = (byte) random.nextInt();
            Files.write(file, damaged);

            try (ModelFiles model = ModelReader.open(file)) {
                assertThat(model.config().layers()).isPositive();
            } catch (UnreadableModelException refused) {
                assertThat(refused)
                        .as("seed %d round %d", seed, round)
                        .hasMessageContaining("damaged.gguf");
            }
        }
    }

    @Test
    void anotherFileIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("other.gguf"), "PK plainly something else");

        assertThatThrownBy(() -> ModelReader.open(file))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("other.gguf is no GGUF file");
    }

    @Test
    void aMissingTensorIsNamed() throws IOException {
        Path file =
                gguf(TinyModel.llama())
                        .removeTensor("blk.1.ffn_up.weight")
                        .write(folder.resolve("t.gguf"));

        assertThatThrownBy(() -> ModelReader.open(file))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("t.gguf")
                .hasMessageContaining("blk.1.ffn_up.weight (model.layers.1.mlp.up_proj.weight)");
    }

    @Test
    void aTensorOfAnotherShapeIsNamedWithBothShapes() throws IOException {
        Path file =
                gguf(TinyModel.llama())
                        .tensor("output_norm.weight", new int[] {40}, new float[40])
                        .write(folder.resolve("t.gguf"));

        assertThatThrownBy(() -> ModelReader.open(file))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("output_norm.weight (model.norm.weight)")
                .hasMessageContaining("[40]")
                .hasMessageContaining("[48]");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aWeightThatIsNoNumberIsNamedWithItsPlace(float broken) throws IOException {
        float[] weights = new float[48];
        weights[17] = broken;
        Path file =
                gguf(TinyModel.llama())
                        .tensor("output_norm.weight", new int[] {48}, weights)
                        .write(folder.resolve("t.gguf"));

        try (ModelFiles model = ModelReader.open(file)) {
            assertThatThrownBy(() -> model.weights().read("model.norm.weight"))
                    .isInstanceOf(UnreadableModelException.class)
                    .hasMessageContaining("weight 17 of tensor output_norm.weight");
        }
    }

    /** In each format the place of a half-precision scale or minimum within a block. */
    @ParameterizedTest
    @CsvSource({
        "1, 1, 2, 0",
        "2, 32, 18, 0",
        "3, 32, 20, 2",
        "8, 32, 34, 0",
        "12, 256, 144, 2",
        "13, 256, 176, 0",
        "14, 256, 210, 208"
    })
    void aBlockWhoseScaleIsNoNumberIsNamedWithItsPlace(
            int type, int weights, int bytes, int scaleAt) throws IOException {
        byte[] data = new byte[5 * bytes];
        data[3 * bytes + scaleAt + 1] = 0x7E; // NaN, little-endian
        Path file =
                new GgufWriter()
                        .tensor("x", type, new long[] {5L * weights}, data)
                        .write(folder.resolve("t.gguf"));

        try (Gguf gguf = Gguf.open(file)) {
            assertThatThrownBy(() -> gguf.tensors().get("x").read())
                    .isInstanceOf(UnreadableModelException.class)
                    .hasMessageContaining("t.gguf: weight %d of tensor x is NaN", 3 * weights);
        }
    }

    @Test
    void aFileCutInItsDataNamesTheFirstTensorThatIsNotWhole() throws IOException {
        byte[] whole = gguf(TinyModel.llama()).bytes();
        Path file = Files.write(folder.resolve("t.gguf"), Arrays.copyOf(whole, whole.length - 4));

        assertThatThrownBy(() -> ModelReader.open(file))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContainingAll("t.gguf is cut off", "tensor ");
    }

    @Test
    void anUnknownArchitectureIsRefusedByName() throws IOException {
        Path file =
                gguf(TinyModel.llama())
                        .put("general.architecture", "mamba")
                        .write(folder.resolve("t.gguf"));

        assertThatThrownBy(() -> ModelReader.open(file))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("architecture mamba");
    }

    @Test
    void aTensorThatTheArchitectureDoesNotComputeWithIsRefused() throws IOException {
        Path file =
                gguf(TinyModel.llama())
                        .tensor("blk.0.ffn_gate_exps.weight", new int[] {2}, new float[2])
                        .write(folder.resolve("t.gguf"));

        assertThatThrownBy(() -> ModelReader.open(file))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("ffn_gate_exps");
    }

    @Test
    void anUnknownNumberFormatIsRefusedWithThoseThatAreRead() throws IOException {
        Path file =
                gguf(TinyModel.llama())
                        .tensor("output_norm.weight", 22, new long[] {48}, new byte[400])
                        .write(folder.resolve("t.gguf"));

        assertThatThrownBy(() -> ModelReader.open(file))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("ggml type 22")
                .hasMessageContaining("Q4_1");
    }

    @Test
    void anUnknownPreTokenizerIsRefused() throws IOException {
        GgufWriter file = gguf(TinyModel.llama()).put("tokenizer.ggml.pre", "viking");

        assertRefused(file, "pre-tokenizer viking is not known");
    }

    @Test
    void aVocabularyThatDoesNotSayHowTextIsCutIsRefused() throws IOException {
        assertRefused(
                gguf(TinyModel.llama()).remove("tokenizer.ggml.pre"),
                "lacks",
                "tokenizer.ggml.pre");
    }

    @Test
    void anUnknownKindOfTokenizerIsRefused() throws IOException {
        GgufWriter file = gguf(TinyModel.llama()).put("tokenizer.ggml.model", "t5");

        assertRefused(file, "tokenizer is of kind t5", "gpt2 and llama");
    }

    /** A SentencePiece vocabulary orders its merges by score. */
    @Test
    void piecesWithoutTheirScoresAreRefused() throws IOException {
        GgufWriter file = gguf(TinyModel.llama()).put("tokenizer.ggml.model", "llama");

        assertRefused(file, "lacks", "tokenizer.ggml.scores");
        assertRefused(file.put("tokenizer.ggml.scores", List.of(1f, 2f)), "2 scores");
    }

    private void assertRefused(GgufWriter writer, String... reasons) throws IOException {
        Path file = writer.write(folder.resolve("t.gguf"));

        assertThatThrownBy(() -> ModelReader.open(file))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("t.gguf")
                .hasMessageContainingAll(reasons);
    }

    @Test
    void aModelThatWasNotMadeToChatIsRefused() throws IOException {
        Path file =
                gguf(TinyModel.llama())
                        .remove("tokenizer.chat_template")
                        .write(folder.resolve("t.gguf"));

        assertThatThrownBy(() -> ModelReader.open(file))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("no chat template");
    }

    private GgufWriter gguf(TinyModel model) {
        return TinyGguf.of(model, vocabulary, CHATML);
    }
}
