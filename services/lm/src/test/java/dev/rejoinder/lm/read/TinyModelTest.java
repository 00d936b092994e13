package dev.rejoinder.lm.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TinyModelTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3"})
    void everyFamilyOpensWithTheTensorsItsConfigurationAsksFor(String family) throws IOException {
        TinyModel.family(family, 96).untied().write(folder);

        try (ModelFiles model = ModelReader.open(folder)) {
            assertThat(model.config().architecture()).isEqualTo(family);
            assertThat(model.config().attentionBias()).isEqualTo(family.equals("qwen2"));
            assertThat(model.config().queryKeyNorm()).isEqualTo(family.equals("qwen3"));
            assertThat(model.weights().names())
                    .containsExactlyInAnyOrderElementsOf(
                            RequiredTensors.of(model.config()).keySet());
        }
    }

    /**
     * By hand, in Python: splitmix64(0) = 0xE220A8397B1DCDAF, its upper 53 bits * 2^-53 =
     * 0.8833108082136426, (0.8833108082136426 - 0.5) * 0.4 = 0.15332432.
     */
    @Test
    void theFirstWeightIsWhatTheFormulaSays() throws IOException {
        TinyModel.llama().write(folder);

        try (ModelFiles model = ModelReader.open(folder)) {
            float[] embedding = model.weights().read("model.embed_tokens.weight");
            assertThat(embedding[0]).isCloseTo(0.15332432f, within(1e-8f));
        }
    }

    @Test
    void itsTokenizerSpellsEveryText() throws IOException {
        TinyModel.llama().write(folder);

        try (ModelFiles model = ModelReader.open(folder)) {
            String text = "Straße, 日本語 🙂 \u0000 <|im_end|>\n\t\"\\";
            int[] ids = model.tokenizer().encode(text);
            assertThat(model.tokenizer().decode(ids)).isEqualTo(text);
            assertThat(ids).hasSize(text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
        }
    }

    @Test
    void itsChatIsChatMl() throws IOException {
        TinyModel.llama().write(folder);

        try (ModelFiles model = ModelReader.open(folder)) {
            int[] prompt = model.chat().prompt(List.of(ChatMessage.user("a")));
            assertThat(prompt).startsWith(1).hasSize("_user\na_\n_assistant\n".length());
            assertThat(model.chat().endOfTurn()).isEqualTo(2);
            assertThat(model.chat().isStop(0)).isTrue();
            assertThat(model.chat().isStop(1)).isFalse();
        }
    }
}
