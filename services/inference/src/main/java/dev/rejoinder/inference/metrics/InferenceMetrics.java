package dev.rejoinder.inference.metrics;

import dev.rejoinder.inference.chat.ChatObserver;
import dev.rejoinder.inference.chat.Reply;
import dev.rejoinder.inference.recording.Spool;
import dev.rejoinder.inference.routing.RoutingObserver;
import dev.rejoinder.inference.routing.RoutingTable;
import dev.rejoinder.inference.routing.VersionName;
import dev.rejoinder.inference.schedule.Scheduler;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Inference's meters; on {@code /q/metrics} with underscores, counters ending in {@code _total}.
 */
public final class InferenceMetrics implements ChatObserver, RoutingObserver {
    private static final String REQUESTS = "rejoinder.requests";

    private final MeterRegistry registry;
    private final MultiGauge shares;
    private final Timer firstToken;
    private final Timer queueWait;

    public InferenceMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.shares =
                MultiGauge.builder("rejoinder.version.share")
                        .description("Share of the conversations by version")
                        .register(registry);
        this.firstToken =
                Timer.builder("rejoinder.first.token")
                        .description("From a chat's arrival to its first token")
                        .publishPercentileHistogram()
                        .minimumExpectedValue(Duration.ofMillis(5))
                        .maximumExpectedValue(Duration.ofSeconds(60))
                        .register(registry);
        this.queueWait =
                Timer.builder("rejoinder.queue.wait")
                        .description("From a reply's arrival to its place in the batch")
                        .publishPercentileHistogram()
                        .minimumExpectedValue(Duration.ofMillis(1))
                        .maximumExpectedValue(Duration.ofSeconds(60))
                        .register(registry);
        for (String state : new String[] {"answered", "recorded", "shipped"})
            registry.counter("rejoinder.turns", "state", state);
    }

    /** Gauges over the parts that know their own size. */
    public void watch(Scheduler scheduler, Spool spool) {
        registry.gauge("rejoinder.queue.waiting", scheduler, Scheduler::waiting);
        registry.gauge("rejoinder.queue.keys", scheduler, Scheduler::keysWaiting);
        registry.gauge("rejoinder.queue.running", scheduler, Scheduler::running);
        registry.gauge("rejoinder.spool.bytes", spool, Spool::pendingBytes);
        registry.gauge("rejoinder.spool.records", spool, Spool::pendingEntries);
    }

    @Override
    public void answered(ModelVersion version, int promptTokens, int replies, long nanos) {
        outcome("answered", "");
        registry.counter("rejoinder.replies", "version", VersionName.of(version))
                .increment(replies);
        registry.counter("rejoinder.tokens", "kind", "prompt").increment(promptTokens);
        registry.timer("rejoinder.chat").record(Duration.ofNanos(nanos));
    }

    @Override
    public void cancelled() {
        outcome("cancelled", "");
    }

    @Override
    public void refused(Refusal refusal) {
        outcome("refused", refusal.reason().name().replace("ERROR_REASON_", ""));
    }

    @Override
    public void turnedAway(String code) {
        outcome("refused", code);
    }

    @Override
    public void failed() {
        outcome("failed", "");
    }

    private void outcome(String outcome, String reason) {
        registry.counter(REQUESTS, "outcome", outcome, "reason", reason.toLowerCase(Locale.ROOT))
                .increment();
    }

    @Override
    public void spent(Reply reply) {
        registry.counter("rejoinder.tokens", "kind", "completion").increment(reply.tokens().size());
        if (reply.firstTokenNanos() > 0)
            firstToken.record(Duration.ofNanos(reply.firstTokenNanos()));
    }

    @Override
    public void toRecord() {
        registry.counter("rejoinder.turns", "state", "answered").increment();
    }

    @Override
    public void recorded() {
        registry.counter("rejoinder.turns", "state", "recorded").increment();
    }

    /** A reply got its place in the batch after so many nanoseconds. */
    public void waited(long nanos) {
        queueWait.record(Duration.ofNanos(nanos));
    }

    /** Kafka has acknowledged so many turns. */
    public void shipped(int turns) {
        registry.counter("rejoinder.turns", "state", "shipped").increment(turns);
    }

    @Override
    public void changed(RoutingTable table) {
        shares.register(
                table.routes().stream()
                        .map(route ->
                                MultiGauge.Row.of(
                                        Tags.of("version", route.served().name()), route.share()))
                        .collect(Collectors.toList()),
                true);
    }

    @Override
    public void refused(String versionName) {
        registry.counter("rejoinder.versions.refused").increment();
    }
}
