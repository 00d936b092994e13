package dev.rejoinder.preferences.mining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.preferences.mining.Scorer.Score;
import java.util.List;
import org.junit.jupiter.api.Test;

class RealisedFlrTest {
    private static Score score(double followUp, double... controls) {
        return new Score(-9, 10, List.of(followUp, controls[0], controls[1], controls[2]));
    }

    @Test
    void theFollowUpIsAskedFirstAndTheControlsAfterIt() {
        assertThat(RealisedFlr.question(List.of(), "A reply.", "No!").followUps())
                .hasSize(4)
                .startsWith("No!")
                .doesNotHaveDuplicates();
    }

    @Test
    void aReplyThatMakesTheFollowUpLessLikelyIsBetterByThatMuch() {
        Score worse = score(-2.0, -3, -3, -3);
        Score better = score(-2.5, -3, -3, -3);

        assertThat(RealisedFlr.margin(better, worse)).isCloseTo(0.5, within(1e-12));
        assertThat(RealisedFlr.margin(worse, better)).isCloseTo(-0.5, within(1e-12));
    }

    @Test
    void whatEveryNextTurnGainsCountsForNothing() {
        // All four follow-ups are 0.3 likelier after the better reply: no evidence at all.
        Score worse = score(-2.0, -3.0, -2.5, -4.0);
        Score better = score(-1.7, -2.7, -2.2, -3.7);

        assertThat(RealisedFlr.margin(better, worse)).isCloseTo(0, within(1e-12));
    }

    @Test
    void theControlsAreAveraged() {
        // g(f) = 0.1; controls gain 0.3, 0.0 and -0.6, in the mean -0.1: 0.1 + 0.1.
        Score worse = score(-2.0, -2.7, -3.0, -3.6);
        Score better = score(-2.1, -3.0, -3.0, -3.0);

        assertThat(RealisedFlr.margin(better, worse)).isCloseTo(0.2, within(1e-12));
    }
}
