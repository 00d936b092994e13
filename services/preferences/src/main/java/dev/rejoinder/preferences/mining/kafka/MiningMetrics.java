package dev.rejoinder.preferences.mining.kafka;

import dev.rejoinder.preferences.mining.Judged;
import dev.rejoinder.preferences.mining.Miner;
import dev.rejoinder.proto.preferences.v1.Origin;
import dev.rejoinder.proto.preferences.v1.PairEvent;
import dev.rejoinder.proto.preferences.v1.RejectReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts signals, pairs by origin and drops by reason; a batch that comes again counts once. */
public final class MiningMetrics {
    private final Map<Origin, Counter> pairs = new EnumMap<>(Origin.class);
    private final Map<RejectReason, Counter> rejected = new EnumMap<>(RejectReason.class);
    private final Counter complaints;
    private final Counter otherSignals;
    private final Timer batches;

    public MiningMetrics(MeterRegistry registry) {
        for (Origin origin : Origin.values())
            if (origin != Origin.UNRECOGNIZED && origin != Origin.ORIGIN_UNSPECIFIED)
                pairs.put(
                        origin,
                        registry.counter(
                                "rejoinder.pairs", "origin", label(origin.name(), "ORIGIN_")));
        for (RejectReason reason : RejectReason.values())
            if (reason != RejectReason.UNRECOGNIZED
                    && reason != RejectReason.REJECT_REASON_UNSPECIFIED)
                rejected.put(
                        reason,
                        registry.counter(
                                "rejoinder.pairs.rejected",
                                "reason",
                                label(reason.name(), "REJECT_REASON_")));
        complaints = registry.counter("rejoinder.preferences.signals", "complaint", "true");
        otherSignals = registry.counter("rejoinder.preferences.signals", "complaint", "false");
        batches = registry.timer("rejoinder.preferences.mining");
    }

    private static String label(String name, String prefix) {
        return name.substring(prefix.length()).toLowerCase(Locale.ROOT);
    }

    void mined(Miner.Yield yield, Duration took) {
        for (Judged judged : yield.heard())
            (judged.complains() ? complaints : otherSignals).increment();
        for (PairEvent event : yield.fresh()) counter(event).increment();
        batches.record(took);
    }

    private Counter counter(PairEvent event) {
        return event.hasMined()
                ? pairs.get(event.getMined().getOrigin())
                : rejected.get(event.getRejected().getReason());
    }
}
