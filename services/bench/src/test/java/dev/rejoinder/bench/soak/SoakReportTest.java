package dev.rejoinder.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SoakReportTest {
    private static final long MIB = 1 << 20;
    private static final Reading FIRST =
            new Reading(1_000, 60, 500 * MIB, 30 * MIB, 20 * MIB, 148, 0);
    private static final Reading LAST =
            new Reading(2_000, 120, 505 * MIB, 31 * MIB, 21 * MIB, 148, 0);

    @Test
    void aRowShowsMemoryAndItsRatioToTheFirst() {
        assertThat(SoakReport.row(LAST, FIRST).strip().split(" +"))
                .containsExactly("2000", "120", "505.0", "1.0100", "31.0", "21.0", "148", "0");
    }

    @Test
    void theSummarySaysHowRequestsEndedWhatWentWrongAndTheVerdict() {
        assertThat(report().summary())
                .contains("requests: 3, 1 finished, 1 cancelled waiting")
                .contains("1 failed")
                .contains("beside them: 2 adapter swaps, 1 scores")
                .contains("fault: a request failed")
                .contains("failed, 1 faults: native memory at the end is 1.0100 times");
    }

    @Test
    void toolsGetTheSameAsJson() throws IOException {
        JsonNode json = new ObjectMapper().readTree(report().json());

        assertThat(json.path("passed").asBoolean()).isFalse();
        assertThat(json.path("ratio").asDouble()).isEqualTo(1.01);
        assertThat(json.at("/ended/cancelled_waiting").asInt()).isEqualTo(1);
        assertThat(json.at("/beside/adapter swaps").asInt()).isEqualTo(2);
        assertThat(json.at("/faults/0").asText()).isEqualTo("a request failed");
        assertThat(json.at("/readings/1/native_bytes").asLong()).isEqualTo(505 * MIB);
    }

    private static SoakReport report() {
        Tally tally = new Tally();
        for (Outcome o : List.of(Outcome.FINISHED, Outcome.CANCELLED_WAITING, Outcome.FAILED)) {
            tally.asked();
            tally.ended(o);
        }
        tally.fault("a request failed");
        return new SoakReport(
                "tiny",
                1,
                List.of(FIRST, LAST),
                tally.counts(),
                Map.of("adapter swaps", 2, "scores", 1));
    }
}
