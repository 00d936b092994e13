package dev.rejoinder.reward.flr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.reward.flr.FollowUps.Sentence;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FollowUpsTest {
    private static List<Sentence> oneOfEach() {
        List<Sentence> sentences = new ArrayList<>();
        for (Dimension d : Dimension.values()) {
            sentences.add(new Sentence(d, true, d + " yes"));
            sentences.add(new Sentence(d, false, d + " no"));
        }
        return sentences;
    }

    /** Positives -1 and -3, negative -4: mean -2 against -4 is 2. */
    @Test
    void aDimensionIsTheMeanOfThePositiveLessTheMeanOfTheNegative() {
        List<Sentence> sentences = oneOfEach();
        sentences.add(new Sentence(Dimension.CORRECTNESS, true, "indeed"));
        double[] scores = new double[sentences.size()];
        scores[4] = -1;
        scores[5] = -4;
        scores[12] = -3;

        assertThat(new FollowUps("x/1", sentences).reward(Dimension.CORRECTNESS, scores))
                .isCloseTo(2, within(1e-12));
    }

    @Test
    void aDimensionWithoutASideIsRefused() {
        List<Sentence> sentences = oneOfEach();
        sentences.remove(3);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FollowUps("x/1", sentences))
                .withMessage("x/1 has no negative RELEVANCE");
    }

    @Test
    void theCommittedWordingHasTwoOfEachAndSaysNothingTwice() {
        List<String> texts =
                FollowUps.committed().sentences().stream().map(Sentence::text).toList();

        assertThat(texts).hasSize(24).doesNotHaveDuplicates();
    }
}
