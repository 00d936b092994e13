package dev.rejoinder.standalone.demo;

import com.google.protobuf.Timestamp;
import dev.rejoinder.proto.registry.v1.CanaryEvidence;
import dev.rejoinder.proto.registry.v1.Route;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.proto.registry.v1.Tally;
import dev.rejoinder.proto.registry.v1.Version;
import dev.rejoinder.standalone.client.EnumWords;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** How versions took over, on the demo's clock. */
final class RolloutStory {
    private final DemoFindings findings;

    RolloutStory(DemoFindings findings) {
        this.findings = findings;
    }

    /** Seconds after the platform was up. */
    double second(Instant moment) {
        return Math.max(0, Duration.between(findings.upAt(), moment).toMillis() / 1000.0);
    }

    /** Moments at which the routing changed while users chatted. */
    List<Instant> swaps() {
        return findings.observations().routings().stream()
                .skip(1)
                .map(RolloutStory::changedAt)
                .toList();
    }

    private static Instant changedAt(Routing routing) {
        return instant(routing.getChangedAt());
    }

    private static Instant instant(Timestamp at) {
        return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
    }

    DemoReport.Rollout told() {
        List<DemoReport.Change> changes = new ArrayList<>();
        for (Routing routing : findings.observations().routings())
            changes.add(
                    new DemoReport.Change(
                            second(changedAt(routing)),
                            routing.getRoutesList().stream()
                                    .collect(
                                            Collectors.toMap(
                                                    r -> r.getVersion().getVersion(),
                                                    Route::getShare,
                                                    Double::sum,
                                                    LinkedHashMap::new)),
                            reason(routing)));
        return new DemoReport.Rollout(
                findings.promoted().map(v -> v.getVersion().getVersion()).orElse(""),
                changes,
                stages(),
                findings.versions().stream()
                        .filter(Version::hasEvidence)
                        .map(v -> evidence(v.getEvidence()))
                        .findFirst()
                        .orElse(""));
    }

    private List<DemoReport.StageChange> stages() {
        return findings.versions().stream()
                .flatMap(v ->
                        v.getHistoryList().stream()
                                .map(c ->
                                        new DemoReport.StageChange(
                                                second(instant(c.getChangedAt())),
                                                v.getVersion().getVersion(),
                                                EnumWords.of(c.getStage().name(), "STAGE_"),
                                                c.getReason())))
                .sorted(Comparator.comparingDouble(DemoReport.StageChange::second))
                .toList();
    }

    /** The reason that some version's history gives for the moment of the change. */
    private String reason(Routing routing) {
        return findings.versions().stream()
                .flatMap(v -> v.getHistoryList().stream())
                .filter(c -> c.getChangedAt().equals(routing.getChangedAt()))
                .map(c -> c.getReason())
                .filter(r -> !r.isBlank())
                .findFirst()
                .orElse("");
    }

    private static String evidence(CanaryEvidence e) {
        return "canary %s, champion %s (satisfied / dissatisfied / neither); e-value better %.1f, worse %.2f"
                .formatted(
                        tally(e.getCanary()),
                        tally(e.getChampion()),
                        e.getEBetter(),
                        e.getEWorse());
    }

    private static String tally(Tally t) {
        return t.getSat() + " / " + t.getDsat() + " / " + t.getNeither();
    }
}
