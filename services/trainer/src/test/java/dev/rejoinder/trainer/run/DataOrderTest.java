package dev.rejoinder.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DataOrderTest {
    private final DataOrder order = new DataOrder(7, 10, 4);

    @Test
    void everyPairIsSeenOnceAnEpoch() {
        assertThat(order.stepsPerEpoch()).isEqualTo(3);
        assertThat(epoch(order, 0)).hasSize(10);
        assertThat(epoch(order, 0)).containsExactlyInAnyOrder(IntStream.range(0, 10).toArray());
        assertThat(order.batch(2)).hasSize(2);
    }

    @Test
    void epochsDifferAndAnyStepCanBeAskedForAlone() {
        assertThat(epoch(order, 1)).isNotEqualTo(epoch(order, 0));
        assertThat(new DataOrder(7, 10, 4).batch(4)).isEqualTo(order.batch(4));
        assertThat(new DataOrder(8, 10, 4).batch(4)).isNotEqualTo(order.batch(4));
    }

    private static int[] epoch(DataOrder order, int epoch) {
        int steps = order.stepsPerEpoch();
        return IntStream.range(epoch * steps, (epoch + 1) * steps)
                .flatMap(s -> IntStream.of(order.batch(s)))
                .toArray();
    }
}
