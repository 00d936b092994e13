package dev.rejoinder.trainer.dataset.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.trainer.Models;
import dev.rejoinder.trainer.dataset.Pair;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PairFileTest {
    private static LanguageModel model;

    @TempDir Path folder;

    @BeforeAll
    static void load(@TempDir Path tiny) throws Exception {
        model = Models.tiny(tiny);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** Our export and TRL's three shapes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                {"prompt":[{"role":"user","content":"Hi"}],"chosen":[{"role":"assistant","content":"Yes"}],"rejected":[{"role":"assistant","content":"No"}]}
                """,
                """
                {"prompt":"Hi","chosen":"Yes","rejected":"No","score_chosen":3}
                """,
                """
                {"prompt":[{"role":"user","content":"Hi"}],"chosen":"Yes","rejected":"No"}
                """,
                """
                {"chosen":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yes"}],"rejected":[{"role":"user","content":"Hi"},{"role":"assistant","content":"No"}]}
                """
            })
    void everyShapeOfALineIsTheSamePair(String line) throws Exception {
        PairFile read = read(line.strip());

        assertThat(read.faults()).isEmpty();
        assertThat(read.pairs())
                .singleElement()
                .satisfies(pair -> {
                    assertThat(pair.prompt()).containsExactly(ChatMessage.user("Hi"));
                    assertThat(pair.chosen()).isEqualTo(new Pair.Reply("Yes", true));
                    assertThat(pair.rejected()).isEqualTo(new Pair.Reply("No", true));
                });
    }

    @Test
    void aPromptOfSeveralTurnsIsKeptWhole() throws Exception {
        PairFile read =
                read(
                        """
                        {"prompt":[{"role":"system","content":"Brief."},{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"},{"role":"user","content":"So?"}],"chosen":"Yes","rejected":"No"}
                        """
                                .strip());

        assertThat(read.pairs().getFirst().prompt())
                .isEqualTo(
                        List.of(
                                ChatMessage.system("Brief."),
                                ChatMessage.user("Hi"),
                                ChatMessage.assistant("Hello"),
                                ChatMessage.user("So?")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"prompt\": | is not JSON; write one whole object",
                "[1] | no object",
                "{\"prompt\":\"Hi\",\"rejected\":\"No\"} | has no chosen",
                "{\"chosen\":\"Yes\",\"rejected\":\"No\"} | has no prompt",
                "{\"prompt\":\"Hi\",\"chosen\":\"Yes\",\"rejected\":\" \"} | empty reply in rejected",
                "{\"prompt\":\"Hi\",\"chosen\":\"Yes\",\"rejected\":\"Yes\"} | the same reply",
                "{\"prompt\":[{\"role\":\"robot\",\"content\":\"Hi\"}],\"chosen\":\"Yes\",\"rejected\":\"No\"} | \"robot\" in prompt[0]; use one of system, user, assistant",
                "{\"prompt\":[{\"role\":\"user\",\"content\":[1]}],\"chosen\":\"Yes\",\"rejected\":\"No\"} | prompt[0].content",
                "{\"prompt\":[{\"role\":\"assistant\",\"content\":\"Hi\"}],\"chosen\":\"Yes\",\"rejected\":\"No\"} | end it with the user's",
                "{\"prompt\":\"Hi\",\"chosen\":[{\"role\":\"user\",\"content\":\"Yes\"}],\"rejected\":\"No\"} | role user at the end of chosen",
                "{\"prompt\":\"Hi\",\"chosen\":\"A very long story that goes on and on and on and on and on and on and on and on and on and on and on and on and on and on and on and on and on and on\",\"rejected\":\"No\"} | at most 150 are trained on; shorten it or raise --max-tokens"
            })
    void aBadLineIsToldByItsNumberAndTheOthersAreRead(String bad, String reason) throws Exception {
        String good = "{\"prompt\":\"Hi\",\"chosen\":\"Yes\",\"rejected\":\"No\"}";

        PairFile read = read(good + "\n\n" + bad + "\n" + good + "\n");

        assertThat(read.pairs()).extracting(Pair::id).containsExactly("line-1", "line-4");
        assertThat(read.faults())
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.line()).isEqualTo(3);
                    assertThat(fault.reason()).contains(reason);
                });
    }

    @Test
    void aLineThatIsNotUtf8HasANumberLikeEveryOther() throws Exception {
        Path file = folder.resolve("pairs.jsonl");
        Files.write(
                file,
                "{\"prompt\":\"H\u00ef\",\"chosen\":\"Yes\",\"rejected\":\"No\"}"
                        .getBytes(StandardCharsets.ISO_8859_1));

        assertThat(read(file, 150).faults())
                .containsExactly(new PairFile.Fault(1, "is not UTF-8; convert the file"));
    }

    @Test
    void aPairLongerThanTheContextIsToldApartFromOneLongerThanTheLimit() throws Exception {
        String longReply = "a".repeat(600);
        Path file = folder.resolve("pairs.jsonl");
        Files.writeString(
                file, "{\"prompt\":\"Hi\",\"chosen\":\"" + longReply + "\",\"rejected\":\"No\"}");

        assertThat(read(file, 4096).faults())
                .singleElement()
                .satisfies(f -> assertThat(f.reason()).contains("the model's context is 512"));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> read(folder.resolve("nothing"), 150))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("nothing cannot be read");
    }

    private PairFile read(String text) throws Exception {
        Path file = folder.resolve("pairs.jsonl");
        Files.writeString(file, text);
        return read(file, 150);
    }

    private static PairFile read(Path file, int maxTokens) {
        return PairFile.read(
                file,
                model.tokenizer(),
                model.chat(),
                new PairFile.Limits(maxTokens, model.info().contextLength()));
    }
}
