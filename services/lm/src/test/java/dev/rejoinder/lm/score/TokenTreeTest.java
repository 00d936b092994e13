package dev.rejoinder.lm.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class TokenTreeTest {
    @Test
    void aBeginningThatSeveralShareStandsOnceAndLastTokensAreNotRead() {
        var pack =
                new Pack(
                        new int[] {1, 2},
                        List.of(new int[] {5, 6, 7}, new int[] {9, 8}, new int[] {5, 6, 3, 4}));

        TokenTree tree = TokenTree.of(pack);

        assertThat(tree.ids()).containsExactly(1, 2, 5, 6, 3, 9);
        assertThat(tree.positions()).containsExactly(0, 1, 2, 3, 4, 2);
        assertThat(tree.last()).containsExactly(5, 5, 4, 4, 4, 5);
        assertThat(tree.predictors()[0]).containsExactly(1, 2, 3);
        assertThat(tree.predictors()[1]).containsExactly(1, 5);
        assertThat(tree.predictors()[2]).containsExactly(1, 2, 3, 4);
    }

    @Test
    void oneTokenContinuationsReadNothingBehindThePrefix() {
        TokenTree tree =
                TokenTree.of(new Pack(new int[] {4}, List.of(new int[] {1}, new int[] {2})));

        assertThat(tree.ids()).containsExactly(4);
        assertThat(tree.predictors()).isDeepEqualTo(new int[][] {{0}, {0}});
    }

    @RepeatedTest(40)
    void whatAPredictorSeesIsThePrefixAndItsOwnContinuationSoFar(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        Pack pack = pack(random);

        TokenTree tree = TokenTree.of(pack);

        for (int c = 0; c < pack.continuations().size(); c++) {
            int[] continuation = pack.continuations().get(c);
            for (int t = 0; t < continuation.length; t++) {
                int predictor = tree.predictors()[c][t];
                int[] text = joined(pack.prefix(), Arrays.copyOf(continuation, t));
                int[] seen = seenBy(tree, predictor);
                assertThat(Arrays.stream(seen).map(k -> tree.ids()[k]).toArray()).isEqualTo(text);
                assertThat(Arrays.stream(seen).map(k -> tree.positions()[k]).toArray())
                        .isEqualTo(IntStream.range(0, text.length).toArray());
            }
        }
        assertThat(tree.size()).isEqualTo(distinctBeginnings(pack));
    }

    private static int[] seenBy(TokenTree tree, int token) {
        return IntStream.rangeClosed(0, token).filter(k -> token <= tree.last()[k]).toArray();
    }

    /** The prefix's tokens, and each different beginning that something follows. */
    private static int distinctBeginnings(Pack pack) {
        List<List<Integer>> beginnings = new ArrayList<>();
        for (int[] c : pack.continuations())
            for (int t = 1; t < c.length; t++)
                beginnings.add(Arrays.stream(c, 0, t).boxed().toList());
        return pack.prefix().length + (int) beginnings.stream().distinct().count();
    }

    private static Pack pack(Random random) {
        List<int[]> continuations = new ArrayList<>();
        int count = 1 + random.nextInt(12);
        for (int i = 0; i < count; i++)
            continuations.add(random.ints(1 + random.nextInt(7), 0, 3).toArray());
        return new Pack(random.ints(1 + random.nextInt(4), 0, 9).toArray(), continuations);
    }

    private static int[] joined(int[] a, int[] b) {
        return IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
    }
}
