package dev.rejoinder.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
    /** 512 tokens in 2, 1 and 4 seconds. */
    private static final Figure PREFILL =
            Figure.rate("prefill", "tok/s", 512, Timing.of(new double[] {2, 1, 4}))
                    .against("sgemm", 0.75);

    private static final Figure FIRST_TOKEN =
            Figure.milliseconds("first token", Timing.of(new double[] {0.25}));

    private static final Report REPORT =
            new Report(
                    Map.of("cores", "2"),
                    List.of(
                            new Section("lm", List.of(PREFILL)),
                            new Section("serving", List.of(FIRST_TOKEN))));

    @Test
    void aRateIsThatOfTheMedianRunBetweenTheSlowestAndTheFastest() {
        assertThat(PREFILL.value()).isEqualTo(256);
        assertThat(PREFILL.low()).isEqualTo(128);
        assertThat(PREFILL.high()).isEqualTo(512);
    }

    @Test
    void theTableNamesEachSuiteAndTheLimitThatEachRatioIsTakenAgainst() {
        assertThat(REPORT.table())
                .contains("cores: 2")
                .containsPattern("lm\\n +prefill +256 +128 +512 tok/s +0\\.75 x sgemm")
                .containsPattern("serving\\n +first token +250 +250 +250 ms\\n");
    }

    @Test
    void toolsGetTheSameFiguresAsJson() throws IOException {
        JsonNode json = new ObjectMapper().readTree(REPORT.json());

        assertThat(json.at("/machine/cores").asText()).isEqualTo("2");
        JsonNode prefill = json.at("/figures/0");
        assertThat(prefill.path("suite").asText()).isEqualTo("lm");
        assertThat(prefill.path("name").asText()).isEqualTo("prefill");
        assertThat(prefill.path("unit").asText()).isEqualTo("tok/s");
        assertThat(prefill.path("median").asDouble()).isEqualTo(256);
        assertThat(prefill.path("slowest").asDouble()).isEqualTo(128);
        assertThat(prefill.path("fastest").asDouble()).isEqualTo(512);
        assertThat(prefill.path("ratio").asDouble()).isEqualTo(0.75);
        assertThat(prefill.path("against").asText()).isEqualTo("sgemm");
        assertThat(json.at("/figures/1/suite").asText()).isEqualTo("serving");
    }

    @Test
    void aFigureWithoutALimitHasNoRatioInJson() throws IOException {
        JsonNode json = new ObjectMapper().readTree(REPORT.json());

        assertThat(json.at("/figures/1").has("ratio")).isFalse();
        assertThat(json.at("/figures/1").has("against")).isFalse();
    }

    @Test
    void onlyTheProcessorsFlagsThatMatterAreShown() {
        assertThat(Machine.known("fpu avx512_bf16 sse avx2 avx2x")).isEqualTo("avx2 avx512_bf16");
    }
}
