package dev.rejoinder.signals.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleDetectorTest {
    private static Reading read(String request, String reply, String followUp) {
        return new RuleDetector().read(List.of(new Exchange(request, reply, followUp))).getFirst();
    }

    private static Reading read(String followUp) {
        return read("Where do storks sleep?", "Storks sleep on one leg.", followUp);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Thank you so much!|GRATITUDE",
                "Perfect, this one goes on the fridge.|PRAISE",
                "oh, I did not know that|LEARNING",
                "Got it.|ACKNOWLEDGMENT",
                "haha|HUMOR",
                "much better, one more round|GETTING_THERE"
            })
    void satisfactionIsRead(String followUp, Category category) {
        Reading reading = read(followUp);

        assertThat(reading.satVerdict()).isEqualTo(Verdict.YES);
        assertThat(reading.categories()).contains(category);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "This is too wordy.|STYLE",
                "make it warmer|REVISION",
                "Rewrite the second half|REVISION",
                "That is wrong, it is not a bird.|FACTUAL_ERROR",
                "You forgot the second part|IGNORED",
                "that's not what I asked for|IGNORED",
                "more details please|INSUFFICIENT_DETAIL",
                "What a useless list|NEGATIVE_FEEDBACK"
            })
    void dissatisfactionIsRead(String followUp, Category category) {
        Reading reading = read(followUp);

        assertThat(reading.dsatVerdict()).isEqualTo(Verdict.YES);
        assertThat(reading.categories()).contains(category);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "And where do herons sleep?",
                "Me too, I love sleeping.",
                "Write a poem about them.",
                "No thanks needed between friends? Tell me about owls."
            })
    void aPlainNextQuestionSaysNothing(String followUp) {
        assertThat(read(followUp).dsatVerdict()).isEqualTo(Verdict.UNSURE);
    }

    @Test
    void theSameRequestAgainIsARevision() {
        Reading reading =
                read(
                        "Where do storks sleep at night?",
                        "On one leg.",
                        "where do storks sleep at night");

        assertThat(reading.dsatVerdict()).isEqualTo(Verdict.YES);
        assertThat(reading.categories()).contains(Category.REVISION);
    }

    @Test
    void insistingAfterARefusalIsNotAcceptingALimit() {
        Reading reading = read("Tell me.", "I'm sorry, I can't do that.", "yes you can, go on");

        assertThat(reading.categories()).contains(Category.UNREALISTIC_EXPECTATION);
    }

    @Test
    void whatStandsInTheMiddleOfAPastedTextIsNotTheUsersFeeling() {
        String pasted = "x ".repeat(200) + " this is useless " + " y".repeat(200);

        assertThat(read("Summarise this: " + pasted).dsatVerdict()).isEqualTo(Verdict.UNSURE);
    }
}
