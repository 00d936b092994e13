package dev.rejoinder.lm.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.Golden;
import dev.rejoinder.lm.read.ModelConfig.RopeScaling;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JsonConfigTest {
    @TempDir Path folder;

    static Stream<String> families() {
        return Golden.families().get("families").propertyStream().map(Map.Entry::getKey);
    }

    @ParameterizedTest
    @MethodSource("families")
    void theConfigurationsOfTransformersAreRead(String family) throws IOException {
        var golden = Golden.families().get("families").get(family);
        Set<String> tensors = Set.of(Golden.strings(golden.get("tensors")));

        ModelConfig config = read(golden.get("config").toString(), tensors);

        assertThat(RequiredTensors.of(config).keySet()).isEqualTo(tensors);
        assertThat(config.hidden()).isEqualTo(48);
        assertThat(config.contextLength()).isEqualTo(512);
        assertThat(config.headSize()).isEqualTo(family.equals("qwen3-head-dim") ? 16 : 12);
        assertThat(config.slidingWindow()).isEqualTo(family.startsWith("mistral") ? 8 : 0);
        assertThat(config.ropeScaling())
                .isEqualTo(
                        family.contains("rope-scaled")
                                ? new RopeScaling(8, 1, 4, 32)
                                : RopeScaling.none());
    }

    @Test
    void whatTransformersFiveWritesIsReadAsWell() throws IOException {
        ModelConfig config =
                tiny(
                        "rope_parameters",
                        "{\"rope_theta\":500000.0,\"rope_type\":\"llama3\",\"factor\":32.0,"
                                + "\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,"
                                + "\"original_max_position_embeddings\":8192}");

        assertThat(config.ropeTheta()).isEqualTo(500_000);
        assertThat(config.ropeScaling()).isEqualTo(new RopeScaling(32, 1, 4, 8192));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "==>",
            value = {
                "model_type ==> \"gemma2\" ==> gemma2",
                "hidden_act ==> \"gelu\" ==> gelu",
                "rope_scaling ==> {\"rope_type\":\"yarn\",\"factor\":4} ==> rope scaling yarn",
                "rope_scaling ==> {\"type\":\"linear\",\"factor\":4} ==> rope scaling linear",
                "rope_scaling ==> {\"rope_type\":\"llama3\"} ==> factor",
                "num_hidden_layers ==> 0 ==> layers of 0",
                "num_hidden_layers ==> \"two\" ==> num_hidden_layers",
                "num_key_value_heads ==> 3 ==> evenly",
                "head_dim ==> 7 ==> odd",
                "rms_norm_eps ==> 0 ==> norm epsilon",
                "max_position_embeddings ==> 1073741824 ==> contextLength of 1073741824 times headSize of 12 exceeds 134217728; with that headSize a contextLength of at most 11184810",
                "rope_scaling ==> {\"rope_type\":\"llama3\",\"factor\":0,\"low_freq_factor\":1,\"high_freq_factor\":4,\"original_max_position_embeddings\":32} ==> rope scaling by 0.0"
            })
    void whatCannotBeComputedIsRefusedByName(String key, String value, String why)
            throws IOException {
        TinyModel.llama().with(key, value).write(folder);

        assertThatThrownBy(() -> ModelReader.open(folder))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(why);
    }

    @Test
    void aWindowInSomeLayersOnlyIsRefused() throws IOException {
        TinyModel.family("qwen2", 96)
                .with("use_sliding_window", "true")
                .with("sliding_window", "8")
                .with("max_window_layers", "1")
                .write(folder);

        assertThatThrownBy(() -> ModelReader.open(folder))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContaining("sliding window in some layers");
    }

    private ModelConfig tiny(String key, String value) throws IOException {
        TinyModel.llama().with(key, value).write(folder);
        try (ModelFiles model = ModelReader.open(folder)) {
            return model.config();
        }
    }

    private ModelConfig read(String json, Set<String> tensors) throws IOException {
        return JsonConfig.read(Files.writeString(folder.resolve("config.json"), json), tensors);
    }
}
