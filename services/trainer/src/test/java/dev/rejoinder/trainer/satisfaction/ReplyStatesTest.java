package dev.rejoinder.trainer.satisfaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.trainer.Models;
import dev.rejoinder.trainer.satisfaction.ReplyStates.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplyStatesTest {
    private static final BooleanSupplier NEVER = () -> false;
    private static LanguageModel model;

    @BeforeAll
    static void load(@TempDir Path folder) throws IOException {
        model = Models.tiny(folder);
    }

    @AfterAll
    static void unload() {
        model.close();
    }

    @Test
    void aReplyHasTheSameStatesAloneInCompanyAndAgain() {
        ReplyStates states = new ReplyStates(model);
        List<Text> texts = IntStream.range(0, 19).mapToObj(ReplyStatesTest::text).toList();

        float[][] together = states.of(texts, NEVER);
        float[][] again = states.of(texts.reversed(), NEVER);

        assertThat(together).hasDimensions(19, 2 * model.info().hidden());
        for (int i = 0; i < texts.size(); i++) {
            assertThat(again[18 - i]).isEqualTo(together[i]);
            assertThat(together[i])
                    .containsExactly(
                            new ReplyStates(model).of(List.of(texts.get(i)), NEVER)[0],
                            Offset.offset(1e-4f));
        }
    }

    @Test
    void whatStandsBeforeAReplyBelongsToItsStates() {
        ReplyStates states = new ReplyStates(model);
        Text other = new Text(List.of(ChatMessage.user("Something else?")), text(1).reply());

        float[][] both = states.of(List.of(text(1), other), NEVER);

        assertThat(both[0]).isNotEqualTo(both[1]);
    }

    @Test
    void repliesWithoutWordsOrBeyondTheContextCannotBeRead() {
        ReplyStates states = new ReplyStates(model);
        List<ChatMessage> prompt = List.of(ChatMessage.user("Hello?"));

        assertThat(states.isReadable(new Text(prompt, "Hello."))).isTrue();
        assertThat(states.isReadable(new Text(prompt, ""))).isFalse();
        assertThat(states.isReadable(new Text(prompt, "far ".repeat(200)))).isFalse();
    }

    private static Text text(int i) {
        return new Text(
                List.of(ChatMessage.user("What is thing " + i + "?")),
                "It is " + "very ".repeat(i % 5) + "nice.");
    }
}
