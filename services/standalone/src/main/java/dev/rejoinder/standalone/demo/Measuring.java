package dev.rejoinder.standalone.demo;

import com.google.protobuf.Timestamp;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.proto.registry.v1.CanaryEvidence;
import dev.rejoinder.proto.registry.v1.Route;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.proto.registry.v1.Tally;
import dev.rejoinder.proto.registry.v1.Version;
import dev.rejoinder.proto.trainer.v1.Run;
import dev.rejoinder.standalone.client.RunProgress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Turns what was seen into the report. */
final class Measuring {
    private final DemoSettings settings;
    private final DemoFindings findings;
    private final Path modelPath;
    private final List<Exchange> before;
    private final List<Exchange> after;

    Measuring(DemoSettings settings, DemoFindings findings, Path modelPath) {
        this.settings = settings;
        this.findings = findings;
        this.modelPath = modelPath;
        this.before = findings.ledger().of(Exchange.Phase.BEFORE);
        this.after = findings.ledger().of(Exchange.Phase.AFTER);
    }

    /**
     * The demo's own time.
     *
     * @param began when the model lay on the disk
     */
    record Timing(Clock clock, Instant began) {}

    DemoReport report(Timing timing, StageBoard board, StageBoard.Stage stage) {
        stage.at("perplexity and log-probabilities");
        ReplyQuality qualityBefore = ReplyQuality.of(before);
        Optional<ReplyQuality> qualityAfter =
                after.isEmpty() ? Optional.empty() : Optional.of(ReplyQuality.of(after));
        Optional<ModelQuality> model = findings.promoted().map(this::modelQuality);
        DemoReport.Traffic traffic = traffic();
        Instant finishedAt = timing.clock().instant();
        Duration took = Duration.between(timing.began(), finishedAt);
        return new DemoReport(
                new DemoReport.Setting(
                        settings.preference().label(),
                        settings.preference().meaning(),
                        settings.seed(),
                        settings.conversations(),
                        findings.model()),
                finishedAt.toString(),
                board.seconds(),
                new Promises(settings, traffic, took, findings.promoted().isPresent())
                        .lines(qualityBefore, qualityAfter, model),
                qualityBefore,
                qualityAfter,
                model,
                SignalQuality.of(
                        findings.observations().signals(),
                        findings.observations().completionByTurn(),
                        findings.ledger().exchanges()),
                pairs(),
                findings.observations().firstRun().map(Measuring::training),
                rollout(),
                traffic,
                interactions(),
                samples());
    }

    private ModelQuality modelQuality(Version promoted) {
        try (ModelFiles files = ModelReader.open(modelPath);
                LanguageModel model =
                        LanguageModels.load(files, EngineOptions.of(Precision.FLOAT32));
                Adapter adapter =
                        model.loadAdapter(Path.of(URI.create(promoted.getArtifactUri())))) {
            return ModelQuality.of(model, adapter, before, after);
        }
    }

    private DemoReport.Traffic traffic() {
        List<Exchange> all = findings.ledger().exchanges();
        Map<String, String> recorded = findings.observations().completionByTurn();
        int found =
                (int) all.stream().filter(e -> recorded.containsValue(e.completionId())).count();
        long live = all.stream().filter(this::acrossASwap).count();
        long conversations =
                all.stream()
                        .filter(e -> e.phase() == Exchange.Phase.LEARNING)
                        .filter(e -> e.turn() == 1)
                        .count();
        return new DemoReport.Traffic(
                all.size(),
                // More turns than replies would be as wrong as fewer.
                recorded.size() > all.size() ? recorded.size() : found,
                findings.ledger().refusals().size(),
                findings.ledger().refusals().stream()
                        .findFirst()
                        .map(r -> r.status() + " " + r.message())
                        .orElse(null),
                (int) all.stream().filter(e -> e.version().isBlank()).count(),
                (int) conversations,
                (int) live);
    }

    private boolean acrossASwap(Exchange exchange) {
        return swaps().stream().anyMatch(exchange::spans);
    }

    /** Moments at which the routing changed while users chatted. */
    private List<Instant> swaps() {
        return findings.observations().routings().stream()
                .skip(1)
                .map(Measuring::changedAt)
                .toList();
    }

    private static Instant changedAt(Routing routing) {
        return instant(routing.getChangedAt());
    }

    private static Instant instant(Timestamp at) {
        return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
    }

    private double second(Instant moment) {
        return Math.max(0, Duration.between(findings.upAt(), moment).toMillis() / 1000.0);
    }

    private DemoReport.Pairs pairs() {
        return new DemoReport.Pairs(
                findings.observations().pairsByOrigin().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        e -> word(e.getKey().name(), "ORIGIN_"),
                                        Map.Entry::getValue,
                                        Long::sum,
                                        LinkedHashMap::new)),
                findings.observations().rejected().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        e -> word(e.getKey().name(), "REJECT_REASON_"),
                                        Map.Entry::getValue,
                                        Integer::sum,
                                        LinkedHashMap::new)));
    }

    private static DemoReport.Training training(Run run) {
        return new DemoReport.Training(
                run.getRunId(),
                word(run.getState().name(), "RUN_STATE_"),
                RunProgress.reason(run),
                DemoReport.Dataset.of(run.getDataset()),
                run.getStep(),
                run.getTrainingSeconds(),
                run.getCurveList().stream().map(DemoReport.Step::of).toList(),
                run.getGate().getChecksList().stream().map(DemoReport.Gate::of).toList());
    }

    private DemoReport.Rollout rollout() {
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
                                                word(c.getStage().name(), "STAGE_"),
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

    private List<DemoReport.Interaction> interactions() {
        return findings.ledger().exchanges().stream()
                .filter(e -> e.felt() != null)
                .map(e ->
                        new DemoReport.Interaction(
                                second(e.answeredAt()),
                                e.phase().name().toLowerCase(Locale.ROOT),
                                e.version(),
                                e.met()))
                .toList();
    }

    private List<DemoReport.Sample> samples() {
        Map<String, Exchange> late = onePerPrompt(after);
        return onePerPrompt(before).values().stream()
                .filter(e -> late.containsKey(e.prompt()))
                .map(e -> {
                    Exchange now = late.get(e.prompt());
                    return new DemoReport.Sample(
                            e.prompt(), e.reply(), now.reply(), e.met(), now.met());
                })
                .toList();
    }

    private static SortedMap<String, Exchange> onePerPrompt(List<Exchange> exchanges) {
        SortedMap<String, Exchange> first = new TreeMap<>();
        for (Exchange e : exchanges) first.putIfAbsent(e.prompt(), e);
        return first;
    }

    private static String word(String name, String prefix) {
        return name.replace(prefix, "").toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
