package dev.rejoinder.trainer.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.trainer.run.Cause;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TriggerPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private static final TriggerPolicy POLICY =
            new TriggerPolicy(
                    50, Duration.ofSeconds(30), Duration.ofHours(24), 5, Duration.ofMinutes(10));

    private static TriggerPolicy.Situation situation(
            int pairs, Duration sinceLastPair, Duration sinceLastRun, boolean failed) {
        return new TriggerPolicy.Situation(
                pairs, NOW.minus(sinceLastPair), NOW.minus(sinceLastRun), failed, NOW);
    }

    @Test
    void enoughPairsAndQuietBeginARun() {
        assertThat(
                        POLICY.decide(
                                situation(
                                        50, Duration.ofSeconds(30), Duration.ofMinutes(1), false)))
                .contains(Cause.PAIRS);
    }

    @Test
    void aBurstThatGoesOnIsWaitedFor() {
        assertThat(
                        POLICY.decide(
                                situation(
                                        90, Duration.ofSeconds(29), Duration.ofMinutes(1), false)))
                .isEmpty();
    }

    @Test
    void oldPairsAloneBeginNothing() {
        assertThat(POLICY.decide(situation(0, Duration.ofDays(9), Duration.ofDays(9), false)))
                .isEmpty();
    }

    @Test
    void someNewPairsAreEnoughAfterADay() {
        assertThat(POLICY.decide(situation(5, Duration.ofHours(1), Duration.ofHours(24), false)))
                .contains(Cause.TIME);
        assertThat(POLICY.decide(situation(4, Duration.ofHours(1), Duration.ofHours(24), false)))
                .isEmpty();
        assertThat(POLICY.decide(situation(5, Duration.ofHours(1), Duration.ofHours(23), false)))
                .isEmpty();
    }

    @Test
    void aFailedRunIsNotTriedAgainAtOnce() {
        assertThat(POLICY.decide(situation(90, Duration.ofHours(1), Duration.ofMinutes(9), true)))
                .isEmpty();
        assertThat(POLICY.decide(situation(90, Duration.ofHours(1), Duration.ofMinutes(10), true)))
                .contains(Cause.PAIRS);
    }

    @Test
    void aTriggerThatFiresOnNothingIsRefused() {
        assertThatThrownBy(
                        () -> new TriggerPolicy(0, Duration.ZERO, Duration.ZERO, 1, Duration.ZERO))
                .hasMessageContaining("min-new-pairs of 0");
    }
}
