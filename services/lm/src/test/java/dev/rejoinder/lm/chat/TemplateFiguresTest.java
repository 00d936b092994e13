package dev.rejoinder.lm.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rejoinder.lm.Golden;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map.Entry;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Chats through the templates of a dozen families, against what transformers renders. */
class TemplateFiguresTest {
    private static final JsonNode FIGURES = Golden.templates();

    private static final LocalDateTime NOW = LocalDateTime.parse(FIGURES.get("now").asText());

    /** One chat in one family's template. */
    record Rendering(JsonNode family, String chat, boolean opensReply, JsonNode expected) {
        String actual() {
            String source = JinjaDialect.toJinjava(family.get("template").asText());
            var template =
                    new ChatTemplate(
                            source, family.get("bos").asText(), family.get("eos").asText());
            List<ChatMessage> messages = Golden.messages(FIGURES.get("chats").get(chat));
            return template.render(messages, opensReply, NOW);
        }

        @Override
        public String toString() {
            return "%s: %s%s"
                    .formatted(
                            family.get("name").asText(), chat, opensReply ? ", reply opened" : "");
        }
    }

    static Stream<Rendering> renderings() {
        List<Rendering> all = new ArrayList<>();
        for (JsonNode family : FIGURES.get("families"))
            for (Entry<String, JsonNode> both : family.get("cases").properties())
                for (int opens = 0; opens < 2; opens++)
                    all.add(
                            new Rendering(
                                    family, both.getKey(), opens == 1, both.getValue().get(opens)));
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("renderings")
    void aTemplateRendersAsTransformersRendersIt(Rendering rendering) {
        if (rendering.expected.has("refused"))
            assertThatThrownBy(rendering::actual)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(rendering.expected.get("refused").asText());
        else assertThat(rendering.actual()).isEqualTo(rendering.expected.get("text").asText());
    }

    @Test
    void datesAreWrittenAsPythonWritesThem() {
        for (Entry<String, JsonNode> date : FIGURES.get("dates").properties())
            assertThat(PythonDates.format(NOW, date.getKey())).isEqualTo(date.getValue().asText());
        assertThatThrownBy(() -> PythonDates.format(NOW, "%Q")).hasMessageContaining("%Q");
    }
}
