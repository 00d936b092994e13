package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LengthBatchesTest {
    @Test
    void textsOfLikeLengthShareAPassFilledUpToTheLongest() {
        int[] lengths = {50, 10, 200, 12, 55, 9};

        assertThat(LengthBatches.of(lengths, 110))
                .containsExactly(List.of(5, 1, 3), List.of(0, 4), List.of(2));
    }

    @Test
    void nothingIsNoBatch() {
        assertThat(LengthBatches.of(new int[0], 100)).isEmpty();
    }
}
