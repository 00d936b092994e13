package dev.rejoinder.lm.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.token.BpeTokenizer;
import dev.rejoinder.testkit.model.FormulaWeights;
import dev.rejoinder.testkit.model.SafetensorsWriter;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model whose damage shows when its weights are read: nothing of it serves or stays. */
class RefusedModelTest {
    /** Read last: everything else is in native memory by then. */
    private static final String LAST = "model.embed_tokens.weight";

    private static final int PLACE = 4321;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"safetensors", "gguf"})
    void oneWeightThatIsNoNumberIsNamedAndTheNextModelLoads(String format) throws IOException {
        Path whole = TinyModel.llama().write(folder.resolve("whole"));
        Path damaged = format.equals("gguf") ? gguf(whole) : safetensors();

        assertThatThrownBy(() -> load(damaged).close())
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("damaged")
                .hasMessageContaining("weight " + PLACE + " of tensor ")
                .hasMessageContaining("is NaN");

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("rejoinder-lm");
        try (LanguageModel model = load(whole)) {
            float[] scores =
                    model.score(List.of(new Pack(new int[] {1}, List.of(new int[] {5}))), null)[0][
                            0];
            assertThat(scores[0]).isNegative().isFinite();
        }
    }

    private static LanguageModel load(Path path) {
        try (ModelFiles files = ModelReader.open(path)) {
            return LanguageModels.load(files, EngineOptions.of(Precision.FLOAT32));
        }
    }

    private static Map<String, float[]> damagedWeights() {
        Map<String, float[]> weights = FormulaWeights.of(TinyModel.llama().shapes());
        weights.get(LAST)[PLACE] = Float.NaN;
        return weights;
    }

    private Path safetensors() throws IOException {
        Path damaged = TinyModel.llama().write(folder.resolve("damaged"));
        Path file = damaged.resolve("model.safetensors");
        SafetensorsWriter.write(file, TinyModel.llama().shapes(), damagedWeights());
        return damaged;
    }

    private Path gguf(Path whole) throws IOException {
        try (ModelFiles model = ModelReader.open(whole)) {
            var vocabulary = ((BpeTokenizer) model.tokenizer()).vocabulary();
            return TinyGguf.of(TinyModel.llama(), vocabulary, GgufModelTest.CHATML)
                    .tensor(
                            "token_embd.weight",
                            TinyModel.llama().shapes().get(LAST),
                            damagedWeights().get(LAST))
                    .write(folder.resolve("damaged.gguf"));
        }
    }
}
