package dev.rejoinder.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyStatisticsTest {
    @Test
    void repliesAreCountedByHand() {
        ReplyStatistics s =
                ReplyStatistics.of(
                        List.of("Where do bees live?", "What is a hive?", "Is it late?", "Who?"),
                        List.of("Bees live in a hive.", "I am not sure", "...", "I am not sure!"));

        assertThat(s.empty()).isEqualTo(1);
        assertThat(s.repeated()).isEqualTo(1);
        // bees-live live-in in-a a-hive, i-am am-not not-sure twice: 7 different of 10.
        assertThat(s.distinctBigrams()).isEqualTo(0.7, within(1e-12));
        assertThat(s.onTopic()).isEqualTo(0.25);
        assertThat(s.meanWords()).isEqualTo(13 / 4.0);
    }

    @Test
    void sharingOnlyFunctionWordsIsNotBeingOnTopic() {
        assertThat(
                        ReplyStatistics.of(
                                        List.of("What is the capital of France?"),
                                        List.of("It is the end of it."))
                                .onTopic())
                .isZero();
    }

    @Test
    void otherScriptsHaveWordsToo() {
        assertThat(ReplyStatistics.words("Привет, мир! 42")).containsExactly("привет", "мир", "42");
    }
}
