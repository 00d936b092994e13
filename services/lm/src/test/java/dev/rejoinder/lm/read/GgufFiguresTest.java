package dev.rejoinder.lm.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rejoinder.lm.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors of random bytes in a GGUF file against what gguf-py 0.19's {@code dequantize} gives. */
class GgufFiguresTest {
    @TempDir Path folder;

    static Stream<JsonNode> tensors() {
        return StreamSupport.stream(Golden.gguf().get("tensors").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("tensors")
    void everyWeightIsWhatTheReferenceReads(JsonNode tensor) throws IOException {
        float[] expected = weights(tensor);
        Path file =
                new GgufWriter()
                        .tensor(
                                "t",
                                tensor.get("ggml_type").asInt(),
                                new long[] {expected.length},
                                hex(tensor.get("bytes")))
                        .write(folder.resolve("t.gguf"));

        try (Gguf gguf = Gguf.open(file)) {
            StoredTensor read = gguf.tensors().get("t");
            assertThat(read.format().name()).isEqualTo(tensor.get("format").asText());
            assertThat(read.read()).containsExactly(expected);
        }
    }

    @Test
    void everyFormatThatTheReadmeNamesHasFigures() {
        assertThat(tensors().map(tensor -> tensor.get("format").asText()))
                .containsExactly(
                        "F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q4_K", "Q5_K", "Q6_K");
    }

    private static float[] weights(JsonNode tensor) {
        ByteBuffer bytes = ByteBuffer.wrap(hex(tensor.get("weights")));
        float[] weights = new float[bytes.remaining() / Float.BYTES];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(weights);
        return weights;
    }

    private static byte[] hex(JsonNode text) {
        return HexFormat.of().parseHex(text.asText());
    }
}
