package dev.rejoinder.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.lm.LanguageModel;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Characters of one to four bytes from a model that writes one byte a token, as server-sent events.
 */
@QuarkusTest
@WithTestResource(RunningNode.class)
class Utf8StreamTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the schema makes the model write. */
    private static final String REPLY = "\"Grüße, 世界 🌍!\"";

    @TestHTTPResource("/")
    URI root;

    @Inject LanguageModel model;

    private Calls calls;

    @BeforeEach
    void open() {
        calls = new Calls(root);
    }

    @AfterEach
    void close() {
        calls.close();
    }

    /** The pieces of a streamed reply, and why it ended. */
    private record Heard(List<String> pieces, String finishReason, int tokens) {
        String text() {
            return String.join("", pieces);
        }
    }

    private Heard stream(String more) throws IOException {
        String body =
                "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}],\"stream\":true,\"stream_options\":{\"include_usage\":true}%s}"
                        .formatted(more.replace('\'', '"'));
        List<String> pieces = new ArrayList<>();
        String reason = "";
        int tokens = 0;
        for (byte[] event : events(calls.bytes(body))) {
            // Strict: the decoder throws at a byte that is no UTF-8.
            String data =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(event)).toString();
            if (data.equals("data: [DONE]")) break;
            JsonNode chunk = JSON.readTree(data.substring("data: ".length()));
            JsonNode choice = chunk.at("/choices/0");
            String piece = choice.at("/delta/content").asText("");
            if (!piece.isEmpty()) pieces.add(piece);
            if (choice.hasNonNull("finish_reason")) reason = choice.get("finish_reason").asText();
            tokens = chunk.at("/usage/completion_tokens").asInt(tokens);
        }
        // No half of a pair either, which JSON could spell and UTF-8 cannot.
        assertThat(pieces).allMatch(StandardCharsets.UTF_8.newEncoder()::canEncode);
        return new Heard(pieces, reason, tokens);
    }

    /** The bytes of each event, without the empty line that ends it. */
    private static List<byte[]> events(byte[] body) {
        List<byte[]> events = new ArrayList<>();
        int from = 0;
        for (int i = 0; i + 1 < body.length; i++)
            if (body[i] == '\n' && body[i + 1] == '\n') {
                events.add(Arrays.copyOfRange(body, from, i));
                from = i + 2;
            }
        return events;
    }

    private Heard spelled(String more) throws IOException {
        return stream(
                ",'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':{'const':%s}}}%s"
                        .formatted(REPLY, more));
    }

    /** The characters that are whole in so many bytes of the reply. */
    private static String wholeIn(int bytes) {
        StringBuilder whole = new StringBuilder();
        REPLY.codePoints()
                .takeWhile(c -> {
                    String longer = whole + Character.toString(c);
                    return longer.getBytes(StandardCharsets.UTF_8).length <= bytes;
                })
                .forEach(whole::appendCodePoint);
        return whole.toString();
    }

    @Test
    void aCharacterIsSentOnceItsLastTokenIsThere() throws IOException {
        Heard heard = spelled(",'max_tokens':100");

        assertThat(heard.pieces())
                .containsExactlyElementsOf(
                        REPLY.codePoints().mapToObj(Character::toString).toList());
        assertThat(heard.finishReason()).isEqualTo("stop");
        assertThat(heard.tokens())
                .as("one a byte")
                .isEqualTo(REPLY.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void aReplyThatIsCutAnywhereEndsWithAWholeCharacter() throws IOException {
        int bytes = REPLY.getBytes(StandardCharsets.UTF_8).length;
        for (int tokens = 1; tokens < bytes; tokens++) {
            Heard heard = spelled(",'max_tokens':" + tokens);

            assertThat(heard.text()).as("%d tokens", tokens).isEqualTo(wholeIn(tokens));
            assertThat(heard.finishReason()).isEqualTo("length");
            assertThat(heard.tokens()).isEqualTo(tokens);
        }
    }

    @Test
    void aStopTextIsFoundAcrossTokensAndInsideTheirCharacters() throws IOException {
        Heard heard = spelled(",'max_tokens':100,'stop':['界 🌍']");

        assertThat(heard.text()).isEqualTo("\"Grüße, 世");
        assertThat(heard.finishReason()).isEqualTo("stop");
    }

    @Test
    void whatOnlyBeganLikeAStopTextIsSentAfterAll() throws IOException {
        assertThat(spelled(",'max_tokens':100,'stop':['世界 🌎','üße!']").text()).isEqualTo(REPLY);
        // Held back at the end: four of the five characters that the stop text has.
        int bytes = "\"Grüße, 世界 🌍".getBytes(StandardCharsets.UTF_8).length;
        Heard cut = spelled(",'max_tokens':%d,'stop':['世界 🌍?']".formatted(bytes));
        assertThat(cut.text()).isEqualTo("\"Grüße, 世界 🌍");
        assertThat(cut.finishReason()).isEqualTo("length");
    }

    @Test
    void bytesThatAreNoCharacterAreReplaced() throws IOException {
        int lead = model.tokenizer().encode("世")[0];

        Heard heard =
                stream(",'temperature':0,'max_tokens':6,'logit_bias':{'%d':100}".formatted(lead));

        assertThat(heard.tokens()).isEqualTo(6);
        assertThat(heard.text())
                .as("the last may yet have become one")
                .isEqualTo("\uFFFD".repeat(5));
    }
}
