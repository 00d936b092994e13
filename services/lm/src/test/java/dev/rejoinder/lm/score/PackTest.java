package dev.rejoinder.lm.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackTest {
    @Test
    void windowsFollowOneAnotherAndScoreAllButTheirFirstToken() {
        List<Pack> windows = Pack.windows(text(8), 3);
        assertThat(windows).extracting(Pack::prefix).containsExactly(ids(0), ids(3), ids(6));
        assertThat(windows)
                .extracting(window -> window.continuations().getFirst())
                .containsExactly(ids(1, 2), ids(4, 5), ids(7));
    }

    /** A last window of one token has nothing to score. */
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "2, 1", "3, 1", "4, 1", "5, 2", "6, 2", "7, 2"})
    void noWindowIsWithoutATokenToScore(int tokens, int windows) {
        assertThat(Pack.windows(text(tokens), 3)).hasSize(windows);
    }

    @Test
    void aWindowOfOneTokenIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pack.windows(text(4), 1))
                .withMessage("a window of 1 has no token to score");
    }

    private static int[] text(int tokens) {
        return IntStream.range(0, tokens).toArray();
    }

    private static int[] ids(int... ids) {
        return ids;
    }
}
