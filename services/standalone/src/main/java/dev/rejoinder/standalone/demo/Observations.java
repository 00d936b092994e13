package dev.rejoinder.standalone.demo;

import dev.rejoinder.proto.inference.v1.TurnEvent;
import dev.rejoinder.proto.preferences.v1.Origin;
import dev.rejoinder.proto.preferences.v1.PairEvent;
import dev.rejoinder.proto.preferences.v1.PairMined;
import dev.rejoinder.proto.preferences.v1.RejectReason;
import dev.rejoinder.proto.registry.v1.ModelEvent;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.proto.signals.v1.SignalDetected;
import dev.rejoinder.proto.signals.v1.SignalEvent;
import dev.rejoinder.proto.trainer.v1.Run;
import dev.rejoinder.proto.trainer.v1.RunEvent;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the event log said so far. Events that come twice count once. Thread-safe. */
final class Observations {
    private final Map<String, String> completionByTurn = new LinkedHashMap<>();
    private final Map<String, SignalDetected> signals = new LinkedHashMap<>();
    private final Map<String, PairMined> pairs = new LinkedHashMap<>();
    private final Map<RejectReason, Integer> rejected = new EnumMap<>(RejectReason.class);
    private final Map<String, Run> runs = new LinkedHashMap<>();
    private final Map<Long, Routing> routings = new LinkedHashMap<>();
    private int rewards;

    synchronized void take(TurnEvent event) {
        if (event.hasRecorded())
            completionByTurn.put(
                    event.getRecorded().getTurnId(), event.getRecorded().getCompletionId());
    }

    synchronized void take(SignalEvent event) {
        if (event.hasDetected()) signals.put(event.getEventId(), event.getDetected());
    }

    synchronized void take(PairEvent event) {
        if (event.hasMined()) pairs.put(event.getMined().getPairId(), event.getMined());
        if (event.hasRejected()) rejected.merge(event.getRejected().getReason(), 1, Integer::sum);
    }

    synchronized void take(RunEvent event) {
        runs.put(event.getRun().getRunId(), event.getRun());
    }

    synchronized void take(ModelEvent event) {
        routings.put(event.getRouting().getRevision(), event.getRouting());
    }

    synchronized void tookReward() {
        rewards++;
    }

    synchronized int turns() {
        return completionByTurn.size();
    }

    /** Completion ids of the recorded turns, by turn id. */
    synchronized Map<String, String> completionByTurn() {
        return Map.copyOf(completionByTurn);
    }

    synchronized List<SignalDetected> signals() {
        return List.copyOf(signals.values());
    }

    synchronized int signalCount() {
        return signals.size();
    }

    synchronized int pairCount() {
        return pairs.size();
    }

    synchronized Map<Origin, Long> pairsByOrigin() {
        Map<Origin, Long> counts = new EnumMap<>(Origin.class);
        pairs.values().forEach(p -> counts.merge(p.getOrigin(), 1L, Long::sum));
        return counts;
    }

    synchronized Map<RejectReason, Integer> rejected() {
        return new EnumMap<>(rejected);
    }

    /** The run that was heard of first: the one the demo waits for. */
    synchronized Optional<Run> firstRun() {
        return runs.values().stream().findFirst();
    }

    /** Routing tables by revision. */
    synchronized List<Routing> routings() {
        return routings.values().stream()
                .sorted(java.util.Comparator.comparingLong(Routing::getRevision))
                .toList();
    }

    synchronized int rewardCount() {
        return rewards;
    }
}
