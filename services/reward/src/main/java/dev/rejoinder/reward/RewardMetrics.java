package dev.rejoinder.reward;

import dev.rejoinder.reward.flr.Reward;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.function.Supplier;

/** What is counted; names and labels are part of the dashboards. */
public final class RewardMetrics {
    /** What became of a recorded turn. */
    public enum Outcome {
        /** Its reply was scored. */
        SCORED,
        /** It is not in the configured share. */
        LEFT_OUT,
        /** Its last request and reply exceed the limit. */
        TOO_LONG,
        /** It has no reply. */
        EMPTY;

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final MeterRegistry registry;
    private final Timer scoring;

    public RewardMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.scoring =
                Timer.builder("rejoinder.rewards.scoring")
                        .description("Time to score one batch of replies")
                        .publishPercentileHistogram()
                        .register(registry);
        for (Outcome outcome : Outcome.values()) counter(outcome, 0);
    }

    /** {@code rejoinder_rewards_total{outcome=...}}. */
    public void count(Outcome outcome) {
        counter(outcome, 1);
    }

    /** {@code rejoinder_rewards_signs_total{sign=positive|negative}}: baseline-corrected. */
    public void scored(Reward reward) {
        String sign = reward.baselineCorrected() >= 0 ? "positive" : "negative";
        registry.counter("rejoinder.rewards.signs", "sign", sign).increment();
    }

    public <T> T timed(Supplier<T> work) {
        return scoring.record(work);
    }

    private void counter(Outcome outcome, int count) {
        registry.counter("rejoinder.rewards", "outcome", outcome.label()).increment(count);
    }
}
