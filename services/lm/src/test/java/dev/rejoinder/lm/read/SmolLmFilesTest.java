package dev.rejoinder.lm.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rejoinder.lm.Golden;
import dev.rejoinder.lm.chat.ChatMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** SmolLM2-135M-Instruct's GGUF against the reference's ids. */
class SmolLmFilesTest {
    private static ModelFiles model;

    @BeforeAll
    static void open() {
        model = ModelReader.open(Golden.smolLmFile());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    static Stream<JsonNode> texts() {
        return elements(Golden.smolLm().get("tokens"));
    }

    static Stream<JsonNode> dialogues() {
        return elements(Golden.smolLm().get("dialogues"));
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void difficultTextsHaveTheReferencesIdsAndComeBack(JsonNode golden) {
        String text = golden.get("text").asText();

        int[] ids = model.tokenizer().encode(text);

        assertThat(ids).containsExactly(Golden.ids(golden.get("ids")));
        assertThat(model.tokenizer().decode(ids)).isEqualTo(text);
    }

    @ParameterizedTest
    @MethodSource("dialogues")
    void dialoguesHaveTheReferencesIds(JsonNode golden) {
        List<ChatMessage> messages = Golden.messages(golden.get("messages"));

        assertThat(model.chat().prompt(messages))
                .containsExactly(Golden.ids(golden.get("prompt_ids")));
        assertThat(model.tokenizer().encode(golden.get("reply").asText()))
                .containsExactly(Golden.ids(golden.get("reply_ids")));
        assertThat(model.tokenizer().decode(Golden.ids(golden.get("greedy_ids"))))
                .isEqualTo(golden.get("greedy_text").asText());
    }

    /** {@code <|im_end|>}, newline, {@code <|im_start|>}, user, newline. */
    @Test
    void aFollowUpComesAfterTheEndOfTheReplysTurn() {
        assertThat(model.chat().followUpBridge()).containsExactly(2, 198, 1, 4093, 198);
        assertThat(model.chat().endOfTurn()).isEqualTo(2);
        assertThat(model.chat().isStop(2)).isTrue();
        assertThat(model.chat().isStop(198)).isFalse();
    }

    @Test
    void theFileIsTheOneTheFiguresAreOf() {
        assertThat(model.digest()).isEqualTo(Golden.smolLm().get("model_sha256").asText());
        assertThat(model.name()).isEqualTo("SmolLM2-135M-Instruct");
        assertThat(model.config().layers()).isEqualTo(30);
        assertThat(model.config().tiedEmbeddings()).isTrue();
        assertThat(model.config().contextLength()).isEqualTo(8192);
        assertThat(model.tokenizer().vocabularySize()).isEqualTo(49152);
    }

    @Test
    void everyWeightIsReadAndFinite() {
        long weights = 0;
        for (String name : model.weights().names()) weights += model.weights().read(name).length;

        assertThat(weights).isEqualTo(134_515_008L);
    }

    @Test
    void theBytesOfTokensJoinToTheText() {
        String text = "naïve 🙂 日本";
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (int id : model.tokenizer().encode(text)) {
            joined.writeBytes(model.tokenizer().bytes(id));
        }

        assertThat(joined.toString(StandardCharsets.UTF_8)).isEqualTo(text);
        assertThat(model.tokenizer().bytes(1)).isEmpty();
    }
}
