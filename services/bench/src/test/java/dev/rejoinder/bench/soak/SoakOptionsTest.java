package dev.rejoinder.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.Precision;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoakOptionsTest {
    @Test
    void memoryIsReadEveryThousandRequestsAndAtTheEnd() {
        SoakOptions options = options(3_500);

        assertThat(IntStream.rangeClosed(1, 3_500).filter(options::isReadAfter))
                .containsExactly(1_000, 2_000, 3_000, 3_500);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1_999, 1_000_001})
    void tooFewRequestsToCompareOrMoreThanAnybodyWaitsForAreRefused(int requests) {
        assertThatThrownBy(() -> options(requests))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("" + requests)
                .hasMessageContaining("2000 to 1000000");
    }

    @Test
    void precisionsAreNamedAsEverywhere() {
        assertThat(SoakOptions.precision("bfloat16")).isEqualTo(Precision.BFLOAT16);
        assertThatThrownBy(() -> SoakOptions.precision("int4"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("int4")
                .hasMessageContaining("float32, bfloat16, int8, auto");
    }

    private static SoakOptions options(int requests) {
        return new SoakOptions(requests, 1, Optional.empty(), Precision.AUTO);
    }
}
