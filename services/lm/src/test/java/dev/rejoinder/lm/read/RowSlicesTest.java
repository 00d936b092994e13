package dev.rejoinder.lm.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.token.BpeTokenizer;
import dev.rejoinder.testkit.model.FormulaWeights;
import dev.rejoinder.testkit.model.SafetensorsWriter;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors read some rows at a time. */
class RowSlicesTest {
    private static final String EMBEDDING = "model.embed_tokens.weight";

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 7, 1000})
    void slicesOfAnyHeightMakeUpTheTensor(int height) throws IOException {
        Path whole = TinyModel.llama().write(folder.resolve("whole"));

        assertSlicesMakeUpEveryTensor(whole, height);
        assertSlicesMakeUpEveryTensor(gguf(whole), height);
    }

    @Test
    void rowsOfQuantisedBlocksAreReadByThemselves() throws IOException {
        byte[] blocks = q8(6 * 2);
        Path file =
                new GgufWriter()
                        .tensor("t", 8, new long[] {6, 64}, blocks)
                        .write(folder.resolve("q.gguf"));
        try (Gguf gguf = Gguf.open(file)) {
            StoredTensor tensor = gguf.tensors().get("t");

            assertThat(tensor.read(2, 3))
                    .containsExactly(Arrays.copyOfRange(tensor.read(), 2 * 64, 5 * 64));
            assertThatThrownBy(() -> tensor.read(4, 3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("rows 4 to 7 of tensor t, which has 6");
        }
    }

    @Test
    void aWeightThatIsNoNumberIsCountedFromTheTensorsBeginning() throws IOException {
        Path damaged = TinyModel.llama().write(folder.resolve("damaged"));
        Map<String, float[]> weights = FormulaWeights.of(TinyModel.llama().shapes());
        weights.get(EMBEDDING)[100 * 48 + 3] = Float.NaN;
        Path file = damaged.resolve("model.safetensors");
        SafetensorsWriter.write(file, TinyModel.llama().shapes(), weights);
        try (Safetensors tensors = Safetensors.open(file)) {
            assertThat(tensors.read(EMBEDDING, 0, 100)).hasSize(4800);
            assertThatThrownBy(() -> tensors.read(EMBEDDING, 99, 2))
                    .isInstanceOf(UnreadableModelException.class)
                    .hasMessageContaining("weight 4803 of tensor " + EMBEDDING + " is NaN");
        }
    }

    private static void assertSlicesMakeUpEveryTensor(Path path, int height) {
        try (ModelFiles model = ModelReader.open(path)) {
            Weights weights = model.weights();
            for (String name : weights.names())
                assertThat(inSlices(weights, name, height))
                        .as(name)
                        .containsExactly(weights.read(name));
        }
    }

    private static float[] inSlices(Weights weights, String name, int height) {
        int rows = (int) weights.shape(name)[0];
        float[] all = new float[0];
        for (int at = 0; at < rows; at += height) {
            float[] part = weights.read(name, at, Math.min(height, rows - at));
            int end = all.length;
            all = Arrays.copyOf(all, end + part.length);
            System.arraycopy(part, 0, all, end, part.length);
        }
        return all;
    }

    private Path gguf(Path whole) throws IOException {
        try (ModelFiles model = ModelReader.open(whole)) {
            var vocabulary = ((BpeTokenizer) model.tokenizer()).vocabulary();
            return TinyGguf.of(TinyModel.llama(), vocabulary, GgufModelTest.CHATML)
                    .write(folder.resolve("whole.gguf"));
        }
    }

    /** Blocks with a scale of 1. */
    private static byte[] q8(int blocks) {
        ByteBuffer bytes = ByteBuffer.allocate(34 * blocks).order(ByteOrder.LITTLE_ENDIAN);
        var random = new SplittableRandom(1);
        for (int block = 0; block < blocks; block++) {
            bytes.putShort(Float.floatToFloat16(1));
            byte[] values = new byte[32];
            random.nextBytes(values);
            bytes.put(values);
        }
        return bytes.array();
    }
}
