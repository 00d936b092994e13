package dev.rejoinder.standalone.cli;

import dev.rejoinder.proto.preferences.v1.SummarizePairsRequest;
import dev.rejoinder.proto.preferences.v1.SummarizePairsResponse;
import dev.rejoinder.proto.registry.v1.ListVersionsRequest;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.proto.trainer.v1.ListRunsRequest;
import dev.rejoinder.proto.trainer.v1.Run;
import dev.rejoinder.standalone.client.HealthReport;
import dev.rejoinder.standalone.client.PlatformConnection;
import dev.rejoinder.standalone.platform.ListeningLine;
import dev.rejoinder.standalone.platform.PlatformRecord;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the platform is doing. */
@Command(
        name = "status",
        description = "Show the running platform: parts, versions, pairs, training runs, spool.")
final class StatusCommand implements Runnable {
    private static final int RUNS_SHOWN = 5;

    private final Terminal terminal;

    @Mixin private HelpOption help;
    @Mixin private DataFolderOption data;

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (PlatformConnection connection = PlatformConnection.open(data.folder())) {
            PlatformRecord record = connection.platform();
            line("platform", "process %d since %s".formatted(record.pid(), record.startedAt()));
            line("address", ListeningLine.of(record.host(), record.port()));
            line("data", data.folder().root().toString());
            HealthReport health = HealthReport.of(record);
            health.checks().forEach((name, up) -> line("health", name + (up ? " up" : " DOWN")));
            line(
                    "spool",
                    "%.0f turns wait for Kafka".formatted(health.gauge("rejoinder_spool_records")));
            versions(connection);
            pairs(connection);
            runs(connection);
        }
    }

    private void versions(PlatformConnection connection) {
        List<Routing> routings =
                connection
                        .registry()
                        .listVersions(ListVersionsRequest.getDefaultInstance())
                        .getRoutingsList();
        routings.forEach(r -> line("serving", RoutingLine.of(r)));
    }

    private void pairs(PlatformConnection connection) {
        SummarizePairsResponse pairs =
                connection.preferences().summarizePairs(SummarizePairsRequest.getDefaultInstance());
        line(
                "pairs",
                pairs.getMinedList().stream()
                        .map(o -> o.getCount() + " " + word(o.getOrigin().name(), "ORIGIN_"))
                        .collect(Collectors.joining(", ")));
        line(
                "dropped",
                pairs.getRejectedList().stream()
                        .map(r -> r.getCount() + " " + word(r.getReason().name(), "REJECT_REASON_"))
                        .collect(Collectors.joining(", ")));
    }

    private void runs(PlatformConnection connection) {
        List<Run> runs =
                connection
                        .trainer()
                        .listRuns(ListRunsRequest.newBuilder().setPageSize(RUNS_SHOWN).build())
                        .getRunsList();
        if (runs.isEmpty()) line("runs", "none yet");
        for (Run run : runs)
            line(
                    "run",
                    "%.12s %s, step %d of %d, %d pairs %s"
                            .formatted(
                                    run.getRunId(),
                                    word(run.getState().name(), "RUN_STATE_"),
                                    run.getStep(),
                                    run.getTotalSteps(),
                                    run.getDataset().getPairs(),
                                    run.getVersion()));
    }

    private void line(String what, String value) {
        terminal.out().printf("%-9s %s%n", what, value.isEmpty() ? "none" : value);
    }

    private static String word(String name, String prefix) {
        return name.replace(prefix, "").toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
