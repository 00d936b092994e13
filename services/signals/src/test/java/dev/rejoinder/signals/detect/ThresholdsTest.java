package dev.rejoinder.signals.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.signals.detect.Head.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThresholdsTest {
    private static final List<Point> CURVE =
            List.of(
                    new Point(0.1, 0.4, 0.9, 0.95),
                    new Point(0.3, 0.6, 0.8, 0.91),
                    new Point(0.5, 0.7, 0.5, 0.85),
                    new Point(0.7, 0.85, 0.3, 0.8));

    @Test
    void theLowestThresholdThatIsPreciseEnoughDecides() {
        Thresholds t = Thresholds.choose(CURVE, 0.8);

        assertThat(t.yesFrom()).isEqualTo(0.7);
        assertThat(t.yesRecall()).isEqualTo(0.3);
        assertThat(t.noBelow()).isEqualTo(0.3);
        assertThat(t.of(0.7)).isEqualTo(Verdict.YES);
        assertThat(t.of(0.69)).isEqualTo(Verdict.UNSURE);
        assertThat(t.of(0.29)).isEqualTo(Verdict.NO);
    }

    @Test
    void wherePrecisionCannotBeReachedTheMostPreciseIsTakenAndSaid() {
        Thresholds t = Thresholds.choose(CURVE, 0.95);

        assertThat(t.yesFrom()).isEqualTo(0.7);
        assertThat(t.yesPrecision()).isEqualTo(0.85);
    }

    @Test
    void aYesIsNeverLikelierWrongThanRight() {
        assertThat(Thresholds.choose(CURVE, 0.3).yesFrom()).isEqualTo(0.5);
    }

    @Test
    void aNoNeverReachesIntoAYes() {
        List<Point> separated = List.of(new Point(0.5, 1, 1, 1), new Point(0.9, 1, 1, 1));

        Thresholds t = Thresholds.choose(separated, 0.8);

        assertThat(t.yesFrom()).isEqualTo(0.5);
        assertThat(t.noBelow()).isEqualTo(0.5);
    }
}
