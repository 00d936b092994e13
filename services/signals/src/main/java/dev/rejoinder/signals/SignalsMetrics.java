package dev.rejoinder.signals;

import dev.rejoinder.signals.detect.Reading;
import dev.rejoinder.signals.detect.Verdict;
import dev.rejoinder.signals.join.Joiner;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.function.Supplier;

/** What is counted; names and labels are part of the dashboards. */
public final class SignalsMetrics {
    private final MeterRegistry registry;
    private final Timer reading;

    public SignalsMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.reading =
                Timer.builder("rejoinder.signals.reading")
                        .description("Time to read one batch of follow-ups")
                        .publishPercentileHistogram()
                        .register(registry);
        for (Verdict verdict : Verdict.values()) {
            signal("sat", verdict, 0);
            signal("dsat", verdict, 0);
        }
    }

    /** {@code rejoinder_signals_joins_total{outcome=joined|first|unknown}}. */
    public void joined(Joiner.Joined joined) {
        join("joined", joined.joined().size());
        join("first", joined.first());
        join("unknown", joined.unknown());
    }

    /** {@code rejoinder_signals_total{kind=sat|dsat, verdict=yes|no|unsure}}. */
    public void read(Reading reading) {
        signal("sat", reading.satVerdict(), 1);
        signal("dsat", reading.dsatVerdict(), 1);
    }

    public <T> T timed(Supplier<T> work) {
        return reading.record(work);
    }

    private void join(String outcome, int count) {
        registry.counter("rejoinder.signals.joins", "outcome", outcome).increment(count);
    }

    private void signal(String kind, Verdict verdict, int count) {
        registry.counter(
                        "rejoinder.signals",
                        "kind",
                        kind,
                        "verdict",
                        verdict.name().toLowerCase(Locale.ROOT))
                .increment(count);
    }
}
