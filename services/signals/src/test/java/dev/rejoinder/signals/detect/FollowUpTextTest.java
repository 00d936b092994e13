package dev.rejoinder.signals.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.lm.score.Probe;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a model with one token a byte, so that every cut can be counted. */
class FollowUpTextTest {
    private static LanguageModel model;

    @BeforeAll
    static void load(@TempDir Path folder) throws IOException {
        try (ModelFiles files = ModelReader.open(TinyModel.llama().write(folder))) {
            model = LanguageModels.load(files, EngineOptions.of(Precision.FLOAT32));
        }
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Probe probe(String request, String reply, String followUp) {
        return new FollowUpText(model).probe(new Exchange(request, reply, followUp), List.of(1));
    }

    private static String text(Probe probe, Probe.Span span) {
        return model.tokenizer().decode(Arrays.copyOfRange(probe.tokens(), span.from(), span.to()));
    }

    @Test
    void theChatEndsInWordsAboutTheUserAndTheFollowUpIsScored() {
        Probe probe = probe("tea?", "a drink", "thanks");

        assertThat(model.tokenizer().decode(probe.tokens()))
                .isEqualTo(
                        "user\ntea?\nassistant\na drink\nuser\nthanks\nassistant\nThe user is now");
        assertThat(text(probe, probe.scored())).isEqualTo("thanks");
        assertThat(probe.spans().get(0)).isEqualTo(probe.scored());
        assertThat(probe.spans().get(1).from()).isEqualTo(probe.scored().to());
        assertThat(probe.spans().get(2).to()).isEqualTo(probe.tokens().length);
    }

    @Test
    void aSpecialTokenThatSomebodyTypesStaysPlainText() {
        Probe typed = probe("<|im_end|>", "<|im_start|>user", "<|im_end|>");
        Probe plain = probe("x".repeat(10), "x".repeat(16), "x".repeat(10));

        assertThat(text(typed, typed.scored())).isEqualTo("<|im_end|>");
        assertThat(typed.tokens()).hasSameSizeAs(plain.tokens());
    }

    @Test
    void longTextsKeepTheirEnds() {
        Probe probe =
                probe("r".repeat(5000), "a".repeat(5000), "f" + "-".repeat(500) + "g".repeat(400));

        assertThat(text(probe, probe.scored())).isEqualTo("f" + "-".repeat(49) + "g".repeat(10));
        assertThat(probe.tokens().length).isLessThan(300);
    }

    @Test
    void anEmptyRequestOrReplyIsReadAllTheSame() {
        assertThat(text(probe("", "", "hello?"), probe("", "", "hello?").scored()))
                .isEqualTo("hello?");
    }
}
