package dev.rejoinder.lm.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RocAreaTest {
    /** Of the four pairs of a true and a false one, three are ordered right (0.3 < 0.7 is not). */
    @Test
    void itIsTheShareOfPairsInTheRightOrder() {
        double[] scores = {0.9, 0.3, 0.7, 0.1};
        boolean[] labels = {true, true, false, false};

        assertThat(RocArea.of(scores, labels)).isCloseTo(3 / 4.0, within(1e-9));
    }

    @Test
    void aTieIsHalf() {
        assertThat(RocArea.of(new double[] {0.5, 0.5}, new boolean[] {true, false})).isEqualTo(0.5);
    }

    @Test
    void labelsOfOneKindSayNothing() {
        assertThat(RocArea.of(new double[] {0.5, 0.7}, new boolean[] {true, true})).isEqualTo(0.5);
    }
}
