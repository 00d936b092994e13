package dev.rejoinder.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimingTest {
    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        assertThat(Timing.of(new double[] {4, 1, 3, 10})).isEqualTo(new Timing(3.5, 1, 10));
    }

    @Test
    void theMedianOfAnOddNumberIsTheMiddleOne() {
        assertThat(Timing.of(new double[] {4, 1, 30})).isEqualTo(new Timing(4, 1, 30));
    }

    @Test
    void workIsWarmedUpOnceBeforeItIsMeasured() {
        AtomicInteger runs = new AtomicInteger();

        Timing.of(3, runs::incrementAndGet);

        assertThat(runs).hasValue(4);
    }

    /** Nearest rank: the 99th of 100 values, and the 198th of 200. */
    @Test
    void aQuantileIsTheValueThatSoManyDoNotExceed() {
        double[] hundred = IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray();

        assertThat(Timing.quantile(hundred, 0.99)).isEqualTo(99);
        assertThat(Timing.quantile(hundred, 0.5)).isEqualTo(50);
        assertThat(Timing.quantile(hundred, 1)).isEqualTo(100);
        assertThat(Timing.quantile(new double[] {7}, 0.5)).isEqualTo(7);
    }
}
