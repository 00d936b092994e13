package dev.rejoinder.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Tally.Counts SOUND =
            new Tally.Counts(3, Map.of(Outcome.FINISHED, 3), List.of(), 0);

    @Test
    void memoryWithinTwoPercentOfThatAfterTheFirstThousandIsNoLeak() {
        Verdict verdict = Verdict.of(List.of(bytes(1_000), bytes(1_500), bytes(1_020)), SOUND);

        assertThat(verdict.ratio()).isEqualTo(1.02);
        assertThat(verdict.passed()).isTrue();
        assertThat(verdict.line()).startsWith("no leak").contains("1.0200");
    }

    @Test
    void moreThanThatIs() {
        Verdict verdict = Verdict.of(List.of(bytes(1_000), bytes(1_021)), SOUND);

        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.line()).startsWith("failed").contains("grows").contains("1.0210");
    }

    @Test
    void memoryThatWasGivenBackIsNoObjection() {
        assertThat(Verdict.of(List.of(bytes(1_000), bytes(900)), SOUND).passed()).isTrue();
    }

    @Test
    void oneTensorMoreIsALeakHoweverSmallItIs() {
        Reading last = new Reading(2_000, 2, 1_000, 0, 0, 11, 0);

        assertThat(Verdict.of(List.of(bytes(1_000), last), SOUND).objections())
                .containsExactly("11 tensors, 10 before");
    }

    @Test
    void aBlockThatNobodyGaveBackIsALeak() {
        Reading last = new Reading(2_000, 2, 1_000, 0, 0, 10, 1);

        assertThat(Verdict.of(List.of(bytes(1_000), last), SOUND).objections())
                .containsExactly("1 blocks of the cache are held by no request");
    }

    @Test
    void aRequestThatNeverEndedFailsTheSoakEvenWithoutReadings() {
        Tally.Counts lost = new Tally.Counts(3, Map.of(Outcome.FINISHED, 2), List.of(), 0);

        assertThat(Verdict.of(List.of(), lost).objections())
                .containsExactly("1 requests never ended", "too few readings to compare");
    }

    @Test
    void aFaultFailsTheSoak() {
        Tally.Counts faulty =
                new Tally.Counts(3, Map.of(Outcome.FINISHED, 3), List.of("ended twice"), 1);

        assertThat(Verdict.of(List.of(bytes(1_000), bytes(1_000)), faulty).objections())
                .containsExactly("1 faults");
    }

    private static Reading bytes(long bytes) {
        return new Reading(1_000, 1, bytes, 0, 0, 10, 0);
    }
}
