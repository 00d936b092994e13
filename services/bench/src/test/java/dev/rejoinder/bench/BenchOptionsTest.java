package dev.rejoinder.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.Precision;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchOptionsTest {
    @Test
    void withoutASuiteEverythingIsMeasured() {
        assertThat(BenchOptions.parse().suites()).containsExactly(Suite.values());
    }

    @Test
    void namedSuitesAreMeasuredInTheReportsOrder() {
        assertThat(BenchOptions.parse("serving", "--json", "lm").suites())
                .containsExactly(Suite.LM, Suite.SERVING);
    }

    @Test
    void flagsSayWhatIsMeasured() {
        BenchOptions options =
                BenchOptions.parse(
                        "--json", "--model", "m.gguf", "--precision", "int8", "--repeats", "3");

        assertThat(options.json()).isTrue();
        assertThat(options.model()).contains(Path.of("m.gguf"));
        assertThat(options.precision()).isEqualTo(Precision.INT8);
        assertThat(options.repeats()).isEqualTo(3);
    }

    @Test
    void withoutFlagsItIsATableOfFiveRunsOfRandomWeights() {
        BenchOptions options = BenchOptions.parse("lm");

        assertThat(options.json()).isFalse();
        assertThat(options.model()).isEmpty();
        assertThat(options.precision()).isEqualTo(Precision.AUTO);
        assertThat(options.repeats()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "--fast, --fast",
        "speed, 'suite speed is not known; use lm, scoring, training, serving, platform'",
        "--model, needs a value",
        "--repeats 0, outside 1 to 100",
        "--repeats many, outside 1 to 100",
        "--precision int4, 'use auto, float32, bfloat16 or int8'"
    })
    void whatIsNotKnownIsRefusedWithWhatIsAllowed(String line, String message) {
        assertThatThrownBy(() -> BenchOptions.parse(line.split(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
