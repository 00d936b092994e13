package dev.rejoinder.reward.turns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShareTest {
    @Test
    void aShareHoldsAboutItsFractionAndEverythingASmallerOneHolds() {
        Share quarter = new Share(0.25);
        Share half = new Share(0.5);

        long held = IntStream.range(0, 4000).filter(i -> quarter.holds("turn" + i)).count();

        assertThat(held).isBetween(900L, 1100L);
        assertThat(IntStream.range(0, 4000).filter(i -> quarter.holds("turn" + i)))
                .allMatch(i -> half.holds("turn" + i));
    }

    @Test
    void noneHoldsNothingAndAllHoldsEverything() {
        assertThat(IntStream.range(0, 1000)).noneMatch(i -> new Share(0).holds("t" + i));
        assertThat(IntStream.range(0, 1000)).allMatch(i -> new Share(1).holds("t" + i));
    }

    @Test
    void aShareOutsideZeroToOneIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Share(1.1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Share(Double.NaN));
    }
}
