package dev.rejoinder.trainer.satisfaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.trainer.satisfaction.SatisfactionProbe.Evidence;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SatisfactionProbeTest {
    private static final int STATES = 20;
    private static final long SEED = 5;

    private final Random random = new Random(SEED);

    @Test
    void whatSatisfiedOthersIsRecognised() {
        SatisfactionProbe probe = SatisfactionProbe.fit(evidence(40, 40, 3, 80));

        assertThat(probe.quality().auc()).isGreaterThan(0.95);
        assertThat(probe.probability(state(3))).isGreaterThan(0.5);
        assertThat(probe.probability(state(-3))).isLessThan(0.5);
    }

    @Test
    void manyComplaintsDoNotMakeEveryReplyUnlikelyToSatisfy() {
        SatisfactionProbe probe = SatisfactionProbe.fit(evidence(15, 150, 3, 165));

        assertThat(probe.probability(state(0))).isCloseTo(0.5, within(0.05));
        assertThat(probe.quality().satisfied()).isEqualTo(15);
        assertThat(probe.quality().dissatisfied()).isEqualTo(150);
    }

    @Test
    void repliesThatTellNothingGiveAnAucNearChance() {
        assertThat(SatisfactionProbe.fit(evidence(60, 60, 0, 120)).quality().auc())
                .isCloseTo(0.5, within(0.15));
    }

    /** Four users with four replies each, known by a state of their own, always of one mind. */
    @Test
    void knowingTheUserIsNotKnowingTheReply() {
        float[][] states = new float[16][STATES];
        boolean[] satisfied = new boolean[16];
        for (int i = 0; i < 16; i++) {
            states[i][i / 4] = 5;
            satisfied[i] = i / 4 % 2 == 0;
        }
        Evidence evidence =
                new Evidence(
                        states,
                        satisfied,
                        IntStream.range(0, 16).mapToObj(i -> "user-" + i / 4).toList());

        assertThat(SatisfactionProbe.fit(evidence).quality().auc()).isLessThanOrEqualTo(0.5);
    }

    @Test
    void oneKindAloneTeachesNothing() {
        assertThatThrownBy(() -> SatisfactionProbe.fit(evidence(5, 0, 1, 5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 satisfied and 0 dissatisfied");
    }

    /** The first state is {@code +-shift} and a little noise, the others are noise alone. */
    private Evidence evidence(int satisfied, int dissatisfied, float shift, int users) {
        int count = satisfied + dissatisfied;
        float[][] states = new float[count][];
        boolean[] labels = new boolean[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i < satisfied;
            states[i] = state(labels[i] ? shift : -shift);
        }
        return new Evidence(
                states,
                labels,
                IntStream.range(0, count).mapToObj(i -> "user-" + i % users).toList());
    }

    private float[] state(float first) {
        float[] state = new float[STATES];
        for (int j = 0; j < STATES; j++) state[j] = (float) random.nextGaussian();
        state[0] += first;
        return state;
    }
}
