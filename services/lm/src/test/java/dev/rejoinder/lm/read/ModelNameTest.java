package dev.rejoinder.lm.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelNameTest {
    @ParameterizedTest
    @CsvSource({
        "SmolLM2-135M-Instruct.Q4_1.gguf, SmolLM2-135M-Instruct",
        "models/Llama-3.2-1B-Instruct-Q4_K_M.gguf, Llama-3.2-1B-Instruct",
        "qwen2.5-0.5b-instruct-q8_0.gguf, qwen2.5-0.5b-instruct",
        "tiny-f16.gguf, tiny",
        "Qwen3-0.6B, Qwen3-0.6B",
        "folder/Mistral-7B-Instruct-v0.3/, Mistral-7B-Instruct-v0.3"
    })
    void aModelIsNamedAsItsFileWithoutTheNumberFormat(String path, String name) {
        assertThat(ModelName.of(Path.of(path))).isEqualTo(name);
    }
}
