package dev.rejoinder.standalone.demo;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.proto.registry.v1.Version;
import dev.rejoinder.proto.trainer.v1.Run;
import dev.rejoinder.standalone.client.EnumWords;
import dev.rejoinder.standalone.client.RunProgress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
    private final RolloutStory rollout;

    Measuring(DemoSettings settings, DemoFindings findings, Path modelPath) {
        this.settings = settings;
        this.findings = findings;
        this.modelPath = modelPath;
        this.before = findings.ledger().of(Exchange.Phase.BEFORE);
        this.after = findings.ledger().of(Exchange.Phase.AFTER);
        this.rollout = new RolloutStory(findings);
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
                rollout.told(),
                traffic,
                interactions(),
                samples());
    }

    private ModelQuality modelQuality(Version promoted) {
        try (ModelFiles files = ModelReader.open(modelPath);
                LanguageModel model = LanguageModels.load(files, EngineOptions.of(Precision.AUTO));
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
        return rollout.swaps().stream().anyMatch(exchange::spans);
    }

    private DemoReport.Pairs pairs() {
        return new DemoReport.Pairs(
                findings.observations().pairsByOrigin().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        e -> EnumWords.of(e.getKey().name(), "ORIGIN_"),
                                        Map.Entry::getValue,
                                        Long::sum,
                                        LinkedHashMap::new)),
                findings.observations().rejected().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        e -> EnumWords.of(e.getKey().name(), "REJECT_REASON_"),
                                        Map.Entry::getValue,
                                        Integer::sum,
                                        LinkedHashMap::new)));
    }

    private static DemoReport.Training training(Run run) {
        return new DemoReport.Training(
                run.getRunId(),
                EnumWords.of(run.getState().name(), "RUN_STATE_"),
                RunProgress.reason(run),
                DemoReport.Dataset.of(run.getDataset()),
                run.getStep(),
                run.getTrainingSeconds(),
                run.getCurveList().stream().map(DemoReport.Step::of).toList(),
                run.getGate().getChecksList().stream().map(DemoReport.Gate::of).toList());
    }

    private List<DemoReport.Interaction> interactions() {
        return findings.ledger().exchanges().stream()
                .filter(e -> e.felt() != null)
                .map(e ->
                        new DemoReport.Interaction(
                                rollout.second(e.answeredAt()),
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
}
