package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowLengthsTest {
    @Test
    void rowsHaveFewLengthsAndLittleFillingUp() {
        RowLengths lengths = RowLengths.on(true, false);

        long different = IntStream.rangeClosed(1, 8192).map(lengths::of).distinct().count();

        assertThat(different).isEqualTo(16 + 8 + 5 * 4);
        for (int n = 257; n <= 8192; n++)
            assertThat(lengths.of(n)).as("%d", n).isBetween(n, n + n / 4);
        assertThat(lengths.of(33)).isEqualTo(64);
        assertThat(lengths.of(257)).isEqualTo(320);
    }

    @Test
    void rowsOfExactNumbersAndOfGpusAreLeftAsTheyAre() {
        for (RowLengths lengths :
                new RowLengths[] {RowLengths.on(false, false), RowLengths.on(true, true)})
            for (int n = 1; n < 100; n++) assertThat(lengths.of(n)).isEqualTo(n);
    }
}
