package dev.rejoinder.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.lm.Precision;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
    /** 512 tokens in 2, 1 and 4 seconds. */
    private static final Figure PREFILL =
            Figure.rate("prefill", "tok/s", 512, Timing.of(new double[] {2, 1, 4}))
                    .against("sgemm", 0.75);

    @Test
    void aRateIsThatOfTheMedianRunBetweenTheSlowestAndTheFastest() {
        assertThat(PREFILL.value()).isEqualTo(256);
        assertThat(PREFILL.low()).isEqualTo(128);
        assertThat(PREFILL.high()).isEqualTo(512);
    }

    @Test
    void theTableNamesTheLimitThatEachRatioIsTakenAgainst() {
        assertThat(new Report(Map.of("cores", "2"), List.of(PREFILL)).table())
                .contains("cores: 2")
                .containsPattern("prefill +256 +128 +512 tok/s +0\\.75 x sgemm");
    }

    @Test
    void toolsGetTheSameFiguresAsJson() throws IOException {
        JsonNode json =
                new ObjectMapper()
                        .readTree(new Report(Map.of("cores", "2"), List.of(PREFILL)).json());

        assertThat(json.at("/machine/cores").asText()).isEqualTo("2");
        assertThat(json.at("/figures/0/median").asDouble()).isEqualTo(256);
        assertThat(json.at("/figures/0/against").asText()).isEqualTo("sgemm");
    }

    @Test
    void flagsSayWhatIsMeasured() {
        BenchOptions options =
                BenchOptions.parse("--json", "--precision", "float32", "--repeats", "3");

        assertThat(options.json()).isTrue();
        assertThat(options.precision()).isEqualTo(Precision.FLOAT32);
        assertThat(options.repeats()).isEqualTo(3);
        assertThat(options.model()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--fast, --fast",
        "--model, needs a value",
        "--repeats 0, outside 1 to 100",
        "--precision int8, use auto"
    })
    void aFlagThatIsNotKnownIsRefusedWithWhatIsAllowed(String line, String message) {
        assertThatThrownBy(() -> BenchOptions.parse(line.split(" ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
