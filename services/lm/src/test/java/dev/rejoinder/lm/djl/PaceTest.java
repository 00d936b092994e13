package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** On machines of made-up speed. */
class PaceTest {
    private static final long QUIET = 10_000_000;
    private final Pace pace = new Pace(256);

    @Test
    void promptsHaveTheMachineToThemselvesWhileNothingDecodes() {
        assertThat(pace.promptTokens(0)).isEqualTo(256);
    }

    @Test
    void aFirstStepOfSoManyRowsIsMadeWithoutPromptsToKnowWhatItTakes() {
        assertThat(pace.promptTokens(4)).isZero();
        pace.made(4, 0, QUIET);
        assertThat(pace.promptTokens(4)).isPositive();
        assertThat(pace.promptTokens(5)).isZero();
    }

    @Test
    void stepsWithPromptsStayUnderTwiceAQuietOneAndAreUsedWell() {
        var random = new SplittableRandom(20261124);
        pace.made(4, 0, QUIET);
        int over = 0;
        long read = 0;
        for (int i = 0; i < 1000; i++) {
            int tokens = pace.promptTokens(4);
            double noise = 0.95 + 0.1 * random.nextDouble();
            long nanos = (long) ((QUIET + tokens * 800_000L) * noise);
            pace.made(4, tokens, nanos);
            read += tokens;
            if (nanos > 2 * QUIET) over++;
        }
        assertThat(over).isLessThan(10);
        assertThat(read).isGreaterThan(5_000);
    }

    /** The others grow dearer with the prompt. */
    @Test
    void theSameWhereAFirstTokenCostsAsMuchAsTwentyMore() {
        var random = new SplittableRandom(20261124);
        pace.made(4, 0, QUIET);
        int over = 0;
        long read = 0;
        for (int i = 0; i < 1000; i++) {
            int tokens = pace.promptTokens(4);
            double noise = 0.95 + 0.1 * random.nextDouble();
            long each = 50_000 + 10 * read;
            long nanos = (long) ((QUIET + (tokens > 0 ? 1_000_000 + tokens * each : 0)) * noise);
            pace.made(4, tokens, nanos);
            read += tokens;
            if (nanos > 2 * QUIET) over++;
        }
        assertThat(over).isLessThan(10);
        assertThat(read).isGreaterThan(20_000);
    }

    @Test
    void whereOneTokenIsDearItIsReadAllTheSame() {
        pace.made(1, 0, QUIET);
        for (int i = 0; i < 20; i++) pace.made(1, 1, 9 * QUIET);
        assertThat(pace.promptTokens(1)).isEqualTo(1);
    }

    @Test
    void aShortEndOfAPromptSaysNothingOfLongerParts() {
        pace.made(1, 0, QUIET);
        while (pace.promptTokens(1) < 100) pace.made(1, pace.promptTokens(1), QUIET);
        int before = pace.promptTokens(1);
        for (int i = 0; i < 20; i++) pace.made(1, 3, QUIET);
        assertThat(pace.promptTokens(1)).isEqualTo(before);
    }

    @Test
    void quietStepsAreMeasuredAgainAsRowsGrow() {
        pace.made(2, 0, QUIET);
        int quiet = 0;
        for (int i = 0; i < 330; i++) {
            int tokens = pace.promptTokens(2);
            if (tokens == 0) quiet++;
            pace.made(2, tokens, QUIET + 500_000L * tokens);
        }
        assertThat(quiet).isEqualTo(10);
    }
}
