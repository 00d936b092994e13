package dev.rejoinder.lm.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.lm.Golden;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.TemplateChatEncoder;
import dev.rejoinder.lm.token.BpeTokenizer;
import dev.rejoinder.lm.token.Tokenizers;
import java.io.IOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One vocabulary in a tokenizer.json and in a GGUF against the ids of Hugging Face's library. */
class TokenizerFiguresTest {
    private static final JsonNode FIGURES = Golden.tokenizers();

    @TempDir Path folder;

    /** A family and what its vocabulary is read from. */
    record Source(JsonNode family, boolean gguf) {
        JsonNode vocabulary() {
            return FIGURES.get("vocabularies").get(family.get("vocabulary").asText());
        }

        String template() {
            return family.get("template").asText();
        }

        @Override
        public String toString() {
            return family.get("name").asText() + (gguf ? " in a GGUF" : " in a tokenizer.json");
        }
    }

    /** A GGUF does not say that only the first text gets a space in front. */
    static Stream<Source> sources() {
        return StreamSupport.stream(FIGURES.get("families").spliterator(), false)
                .flatMap(family ->
                        Stream.of(new Source(family, false), new Source(family, true))
                                .filter(s -> !s.gguf || family.get("gguf").asBoolean()));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void everyTextHasTheReferencesIdsAndComesBack(Source source) throws IOException {
        BpeTokenizer tokenizer = read(source);
        JsonNode texts = FIGURES.get("texts");
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i).asText();

            int[] ids = tokenizer.encode(text);

            assertThat(ids).as(text).containsExactly(Golden.ids(source.family.get("ids").get(i)));
            assertThat(tokenizer.decode(ids)).isEqualTo(expectedText(source, text));
        }
    }

    @ParameterizedTest
    @MethodSource("sources")
    void aDialogueHasTheReferencesIdsMarksIncluded(Source source) throws IOException {
        BpeTokenizer tokenizer = read(source);
        List<String> tokens = tokenizer.vocabulary().tokens();
        List<ChatMessage> messages = Golden.messages(FIGURES.get("messages"));

        TemplateChatEncoder chat =
                new TemplateChatEncoder(
                        source.template(), tokens.get(1), tokens.get(2), tokenizer, Set.of());

        assertThat(chat.prompt(messages))
                .containsExactly(Golden.ids(source.family.get("prompt_ids")));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void marksThatATextSpellsStayText(Source source) throws IOException {
        BpeTokenizer tokenizer = read(source);
        List<String> marks = tokenizer.vocabulary().tokens().subList(0, 3);

        String text = "x" + String.join("x", marks);
        int[] ids = tokenizer.encode(text);

        assertThat(Arrays.stream(ids).filter(id -> id < 3)).isEmpty();
        assertThat(tokenizer.decode(ids)).isEqualTo(text);
    }

    /** Qwen composes first; Metaspace writes a space in front only where there is none. */
    private static String expectedText(Source source, String text) {
        JsonNode tokenizer = source.family.get("tokenizer");
        if (tokenizer.path("normalizer").path("type").asText().equals("NFC")) {
            return Normalizer.normalize(text, Normalizer.Form.NFC);
        }
        boolean pieces = source.family.get("vocabulary").asText().equals("pieces");
        String decoded = pieces ? text.replace('\u2581', ' ') : text;
        boolean metaspace =
                tokenizer.path("pre_tokenizer").path("type").asText().equals("Metaspace");
        return metaspace && decoded.startsWith(" ") ? decoded.substring(1) : decoded;
    }

    private BpeTokenizer read(Source source) throws IOException {
        return source.gguf ? fromGguf(source) : fromJson(source);
    }

    private static BpeTokenizer fromJson(Source source) {
        ObjectNode file = source.family.get("tokenizer").deepCopy();
        ObjectNode model = (ObjectNode) file.get("model");
        ObjectNode ids = model.putObject("vocab");
        source.vocabulary().get("tokens").forEach(token -> ids.put(token.asText(), ids.size()));
        model.set("merges", source.vocabulary().get("merges"));
        return Tokenizers.fromJson(file.toString(), source.template());
    }

    private BpeTokenizer fromGguf(Source source) throws IOException {
        JsonNode vocabulary = source.vocabulary();
        GgufWriter file =
                new GgufWriter()
                        .put("tokenizer.ggml.tokens", strings(vocabulary.get("tokens")))
                        .put("tokenizer.ggml.token_type", integers(vocabulary.get("types")))
                        .put("tokenizer.chat_template", source.template());
        if (vocabulary.has("scores")) {
            file.put("tokenizer.ggml.model", "llama").put("tokenizer.ggml.pre", "default");
            file.put("tokenizer.ggml.scores", floats(vocabulary.get("scores")));
        } else {
            file.put("tokenizer.ggml.model", "gpt2");
            file.put("tokenizer.ggml.pre", source.family.get("name").asText());
            file.put("tokenizer.ggml.merges", strings(vocabulary.get("merges")));
        }
        try (Gguf gguf = Gguf.open(file.write(folder.resolve("vocabulary.gguf")))) {
            return new GgufTokens(gguf.metadata()).tokenizer();
        }
    }

    private static List<String> strings(JsonNode array) {
        return List.of(Golden.strings(array));
    }

    private static List<Integer> integers(JsonNode array) {
        return Arrays.stream(Golden.ids(array)).boxed().toList();
    }

    private static List<Float> floats(JsonNode array) {
        List<Float> floats = new ArrayList<>();
        array.forEach(number -> floats.add(number.floatValue()));
        return floats;
    }
}
