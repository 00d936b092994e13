package dev.rejoinder.trainer;

import dev.rejoinder.trainer.run.Curve;
import dev.rejoinder.trainer.run.Run;
import dev.rejoinder.trainer.run.RunObserver;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs as metrics: {@code rejoinder_run_*}. */
@Singleton
final class TrainerMetrics implements RunObserver {
    private static final List<String> STATES =
            List.of(
                    "queued",
                    "preparing",
                    "training",
                    "evaluating",
                    "registered",
                    "refused",
                    "failed");

    private final MeterRegistry registry;
    private volatile @Nullable Run latest;
    private volatile Curve.@Nullable Step step;

    TrainerMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (String state : STATES)
            Gauge.builder("rejoinder.run.state", this, m -> m.isIn(state) ? 1 : 0)
                    .description("1 for the state the latest run is in")
                    .tag("state", state)
                    .register(registry);
        gauge("rejoinder.run.step", "steps the latest run has made", TrainerMetrics::steps);
        gauge("rejoinder.run.loss", "loss of the last step", m -> of(m.step, Curve.Step::loss));
        gauge(
                "rejoinder.run.accuracy",
                "share of the last step's pairs told apart",
                m -> of(m.step, Curve.Step::accuracy));
        gauge(
                "rejoinder.run.gradient.norm",
                "gradient norm of the last step, before clipping",
                m -> of(m.step, Curve.Step::gradientNorm));
    }

    private void gauge(
            String name,
            String meaning,
            java.util.function.ToDoubleFunction<TrainerMetrics> value) {
        Gauge.builder(name, this, value).description(meaning).register(registry);
    }

    /** The latest run of a process before, so that a restart does not hide where it stands. */
    void found(Run run) {
        if (latest == null) latest = run;
    }

    @Override
    public void changed(Run run) {
        latest = run;
        if (run instanceof Run.Finished)
            registry.counter("rejoinder.runs.finished", "outcome", label(run)).increment();
    }

    @Override
    public void stepped(Curve.Step made) {
        step = made;
        registry.timer("rejoinder.run.step.duration")
                .record(Duration.ofNanos((long) (made.seconds() * 1e9)));
    }

    private boolean isIn(String state) {
        Run run = latest;
        return run != null && label(run).equals(state);
    }

    private double steps() {
        Run run = latest;
        return run == null ? 0 : run.progress().step();
    }

    private static double of(
            Curve.@Nullable Step step, java.util.function.ToDoubleFunction<Curve.Step> value) {
        return step == null ? Double.NaN : value.applyAsDouble(step);
    }

    private static String label(Run run) {
        return run.state().toLowerCase(java.util.Locale.ROOT);
    }
}
