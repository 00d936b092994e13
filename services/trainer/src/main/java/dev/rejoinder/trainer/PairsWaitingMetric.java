package dev.rejoinder.trainer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** {@code rejoinder_pairs_waiting}: pairs no finished run has used. */
@Singleton
final class PairsWaitingMetric {
    private final Trainer trainer;
    private final MeterRegistry registry;

    PairsWaitingMetric(Trainer trainer, MeterRegistry registry) {
        this.trainer = trainer;
        this.registry = registry;
    }

    void register(@Observes StartupEvent event) {
        Gauge.builder("rejoinder.pairs.waiting", trainer, t -> t.watch().waiting())
                .description("pairs that no finished run has used")
                .register(registry);
    }
}
