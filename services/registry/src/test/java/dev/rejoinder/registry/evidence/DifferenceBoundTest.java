package dev.rejoinder.registry.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DifferenceBoundTest {
    /** Newcombe 1998, table II, example (a): 56/70 - 48/80, method 10 gives 0.0524 to 0.3339. */
    @Test
    void theBoundIsNewcombesOwnExample() {
        Evidence evidence = new Evidence(new Tally(0, 56, 14), new Tally(0, 48, 32));

        assertThat(DifferenceBound.upper(evidence, 1.959964)).isCloseTo(0.3339, within(5e-5));
    }

    @Test
    void theQuantilesAreThoseOfTheTables() {
        assertThat(DifferenceBound.normalQuantile(0.95)).isCloseTo(1.644854, within(1e-5));
        assertThat(DifferenceBound.normalQuantile(0.975)).isCloseTo(1.959964, within(1e-5));
        assertThat(DifferenceBound.normalQuantile(0.5)).isCloseTo(0, within(1e-5));
    }

    @Test
    void anEmptyArmShowsNothing() {
        assertThat(DifferenceBound.upper(new Evidence(new Tally(9, 0, 0), Tally.NONE), 1.6))
                .isEqualTo(1);
    }
}
