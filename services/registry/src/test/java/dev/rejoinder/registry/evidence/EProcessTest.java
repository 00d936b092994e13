package dev.rejoinder.registry.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class EProcessTest {
    @Test
    void withoutEvidenceTheEValueIsOne() {
        assertThat(EProcess.of(Tally.NONE, Tally.NONE)).isCloseTo(1, within(1e-12));
    }

    /**
     * One dissatisfied follow-up on the higher arm. Numerator: the integral of p_h 2 dp_l dp_h over
     * p_l < p_h is 2 * integral of p_h^2 = 2/3. Denominator: p_h = p_l = 1 gives 1.
     */
    @Test
    void oneFollowUpIsWorthTwoThirdsByHand() {
        assertThat(EProcess.of(Tally.NONE, new Tally(0, 1, 0))).isCloseTo(2.0 / 3, within(1e-12));
    }

    @Test
    void theClosedFormIsTheIntegralOfTheDefinition() {
        Random random = new Random(7);
        for (int i = 0; i < 20; i++) {
            Tally lower = new Tally(random.nextInt(12), random.nextInt(12), random.nextInt(5));
            Tally higher = new Tally(random.nextInt(12), random.nextInt(12), random.nextInt(5));
            double expected = byQuadrature(lower, higher);
            assertThat(EProcess.of(lower, higher))
                    .as("seed 7, %s against %s", lower, higher)
                    .isCloseTo(expected, within(expected * 2e-3));
        }
    }

    /** The definition: the integral by the midpoint rule, the supremum on a grid with its edges. */
    private static double byQuadrature(Tally lower, Tally higher) {
        int cells = 1000;
        double mixture = 0;
        double best = 0;
        for (int i = 0; i <= cells; i++)
            for (int j = 0; j <= cells; j++) {
                if (i >= j) best = Math.max(best, at(lower, higher, i, j, cells));
                if (i < cells && j < cells && i <= j)
                    mixture += at(lower, higher, i + 0.5, j + 0.5, cells) / (i == j ? 2 : 1);
            }
        return 2 * mixture / cells / cells / best;
    }

    private static double at(Tally lower, Tally higher, double i, double j, int cells) {
        return likelihood(lower, i / cells) * likelihood(higher, j / cells);
    }

    private static double likelihood(Tally t, double p) {
        return Math.pow(p, t.dsat()) * Math.pow(1 - p, t.followUps() - t.dsat());
    }

    @Test
    void aLongTrialNeitherOverflowsNorUnderflows() {
        Tally few = new Tally(5_000, 100, 0);
        Tally many = new Tally(100, 5_000, 0);

        assertThat(EProcess.of(few, many)).isGreaterThan(1e100).isFinite();
        assertThat(EProcess.of(many, few)).isBetween(0.0, 1e-3);
    }
}
