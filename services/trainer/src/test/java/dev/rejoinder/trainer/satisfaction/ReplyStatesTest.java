package dev.rejoinder.trainer.satisfaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.trainer.Models;
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
        List<String> replies = IntStream.range(0, 19).mapToObj(ReplyStatesTest::text).toList();

        float[][] together = states.of(replies, NEVER);
        float[][] again = states.of(replies.reversed(), NEVER);

        assertThat(together).hasDimensions(19, model.info().hidden());
        for (int i = 0; i < replies.size(); i++) {
            assertThat(again[18 - i]).isEqualTo(together[i]);
            assertThat(together[i])
                    .containsExactly(
                            new ReplyStates(model).of(List.of(replies.get(i)), NEVER)[0],
                            Offset.offset(1e-4f));
        }
    }

    @Test
    void repliesWithoutWordsOrBeyondTheContextCannotBeRead() {
        ReplyStates states = new ReplyStates(model);

        assertThat(states.isReadable("Hello.")).isTrue();
        assertThat(states.isReadable("")).isFalse();
        assertThat(states.isReadable("far ".repeat(200))).isFalse();
    }

    private static String text(int i) {
        return "Thing " + i + " is " + "very ".repeat(i % 5) + "nice.";
    }
}
