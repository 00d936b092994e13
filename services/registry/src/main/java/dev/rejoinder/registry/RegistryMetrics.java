package dev.rejoinder.registry;

import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.registry.evidence.Decision.Settled;
import dev.rejoinder.registry.evidence.EValues;
import dev.rejoinder.registry.rollout.Rollout;
import dev.rejoinder.registry.rollout.Rollouts;
import dev.rejoinder.registry.version.Stage;
import dev.rejoinder.registry.version.Version;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Versions by stage, the canary's share and e-values, and how trials ended. */
final class RegistryMetrics {
    private static final Log LOG = Log.of(RegistryMetrics.class);

    private final Rollouts rollouts;
    private final MeterRegistry registry;
    private final MultiGauge versions;
    private final MultiGauge share;
    private final MultiGauge evidence;

    RegistryMetrics(Rollouts rollouts, MeterRegistry registry) {
        this.rollouts = rollouts;
        this.registry = registry;
        this.versions = MultiGauge.builder("rejoinder.versions").register(registry);
        this.share = MultiGauge.builder("rejoinder.canary.share").register(registry);
        this.evidence = MultiGauge.builder("rejoinder.canary.evalue").register(registry);
    }

    void count(String modelId, Settled decision) {
        String verdict = decision.verdict().name().toLowerCase(Locale.ROOT);
        registry.counter("rejoinder.rollout.decisions", "model", modelId, "verdict", verdict)
                .increment();
    }

    /** Reads the database; figures that cannot be read now are no reason to fail a change. */
    void refresh() {
        try {
            read();
        } catch (RuntimeException e) {
            LOG.warn("figures not refreshed", "reason", e);
        }
    }

    private synchronized void read() {
        List<Row<?>> byStage = new ArrayList<>();
        List<Row<?>> shares = new ArrayList<>();
        List<Row<?>> values = new ArrayList<>();
        for (Rollout rollout : rollouts.all()) {
            Tags model = Tags.of("model", rollout.modelId());
            stages(rollout)
                    .forEach((stage, n) -> byStage.add(Row.of(model.and("stage", stage), n)));
            shares.add(Row.of(model, canaryShare(rollout)));
            EValues e = EValues.of(rollouts.evidence(rollout.modelId()));
            values.add(Row.of(model.and("for", "better"), e.better()));
            values.add(Row.of(model.and("for", "worse"), e.worse()));
        }
        versions.register(byStage, true);
        share.register(shares, true);
        evidence.register(values, true);
    }

    private static double canaryShare(Rollout rollout) {
        return rollout.canary().map(c -> ((Stage.Canary) c.stage()).share()).orElse(0.0);
    }

    private static Map<String, Integer> stages(Rollout rollout) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Version version : rollout.versions())
            counts.merge(
                    version.stage().getClass().getSimpleName().toLowerCase(Locale.ROOT),
                    1,
                    Integer::sum);
        return counts;
    }
}
