package dev.rejoinder.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.lm.train.TokenObjective;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PairObjectiveTest {
    private static final PairLogProbs.Reference REFERENCE = new PairLogProbs.Reference(-6, -8);
    private static final long SEED = 20_261_123;

    static List<Preference> preferences() {
        return List.of(
                new Preference.Dpo(0.1, 0),
                new Preference.Dpo(0.1, 1),
                new Preference.Dpo(0.5, 0.3),
                new Preference.Sft());
    }

    @Test
    void dpoAndTheChosenRepliesLikelihoodAddUpByHand() {
        // Chosen -1 -3 = -4, rejected -4 -2 -3 = -9: the pair of DpoLossTest, plus 1.0 * (4 / 2).
        float[][] logProbs = {{-1, -3}, {-4, -2, -3}};

        TokenObjective.Value value = new Preference.Dpo(0.1, 1).objective(REFERENCE).at(logProbs);

        assertThat(value.loss()).isEqualTo(0.5543552444685271 + 2, within(1e-9));
        assertThat(value.gradient()[0]).containsExactly(-0.54255575f, -0.54255575f);
        assertThat(value.gradient()[1]).containsExactly(0.042555749f, 0.042555749f, 0.042555749f);
    }

    @Test
    void supervisedTrainingLeavesTheRejectedReplyAlone() {
        TokenObjective.Value value =
                new Preference.Sft().objective(REFERENCE).at(new float[][] {{-2, -4}, {-9}});

        assertThat(value.loss()).isEqualTo(3);
        assertThat(value.gradient()[1]).containsExactly(0f);
    }

    @ParameterizedTest
    @MethodSource("preferences")
    void theGradientAgreesWithFiniteDifferences(Preference preference) {
        Random random = new Random(SEED);
        PairObjective objective = preference.objective(REFERENCE);
        float[][] at = {logProbs(random, 5), logProbs(random, 8)};
        float[][] gradient = objective.at(at).gradient();
        // A power of two, so that the step itself is exact in float arithmetic.
        float h = 1f / 256;
        for (int c = 0; c < at.length; c++)
            for (int t = 0; t < at[c].length; t++) {
                float before = at[c][t];
                at[c][t] = before + h;
                double above = objective.at(at).loss();
                double up = (double) at[c][t] - before;
                at[c][t] = before - h;
                double below = objective.at(at).loss();
                double down = (double) before - at[c][t];
                at[c][t] = before;

                assertThat(gradient[c][t])
                        .as("seed %d, continuation %d, token %d", SEED, c, t)
                        .isEqualTo((float) ((above - below) / (up + down)), within(1e-6f));
            }
    }

    private static float[] logProbs(Random random, int tokens) {
        float[] values = new float[tokens];
        for (int i = 0; i < tokens; i++) values[i] = -4 * random.nextFloat();
        return values;
    }
}
