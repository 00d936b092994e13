package dev.rejoinder.standalone.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.rejoinder.proto.registry.v1.CanaryEvidence;
import dev.rejoinder.proto.registry.v1.ListVersionsRequest;
import dev.rejoinder.proto.registry.v1.ListVersionsResponse;
import dev.rejoinder.proto.registry.v1.Route;
import dev.rejoinder.proto.registry.v1.Tally;
import dev.rejoinder.proto.registry.v1.Version;
import dev.rejoinder.standalone.client.EnumWords;
import dev.rejoinder.standalone.client.PlatformConnection;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists versions, newest first: what {@code models} and {@code models list} do. */
abstract class VersionList implements Runnable {
    private static final int MOST = 100;

    private final Terminal terminal;

    @Mixin private HelpOption help;
    @Mixin private DataFolderOption data;

    @Option(names = "--json", description = "Print one JSON object a line, with the whole lineage.")
    private boolean json;

    VersionList(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (PlatformConnection connection = PlatformConnection.open(data.folder())) {
            ListVersionsResponse answer =
                    connection
                            .registry()
                            .listVersions(
                                    ListVersionsRequest.newBuilder().setPageSize(MOST).build());
            if (json) answer.getVersionsList().forEach(v -> terminal.out().println(asJson(v)));
            else table(answer);
        }
    }

    private void table(ListVersionsResponse answer) {
        String row = "%-24s %-16s %-10s %6s %6s  %s%n";
        terminal.out().printf(row, "MODEL", "VERSION", "STAGE", "SHARE", "PAIRS", "EVIDENCE");
        for (Version v : answer.getVersionsList())
            terminal.out()
                    .printf(
                            row,
                            v.getVersion().getModelId(),
                            v.getVersion().getVersion(),
                            EnumWords.of(v.getStage().name(), "STAGE_"),
                            "%.0f %%".formatted(100 * share(answer, v)),
                            v.getLineage().getPairs(),
                            v.hasEvidence() ? evidence(v.getEvidence()) : "");
    }

    private static double share(ListVersionsResponse answer, Version version) {
        return answer.getRoutingsList().stream()
                .flatMap(r -> r.getRoutesList().stream())
                .filter(r -> r.getVersion().equals(version.getVersion()))
                .mapToDouble(Route::getShare)
                .sum();
    }

    private static String evidence(CanaryEvidence e) {
        return "sat/dsat/neither: canary %s, champion %s"
                .formatted(tally(e.getCanary()), tally(e.getChampion()));
    }

    private static String tally(Tally t) {
        return t.getSat() + "/" + t.getDsat() + "/" + t.getNeither();
    }

    private static String asJson(Version version) {
        try {
            return JsonFormat.printer().omittingInsignificantWhitespace().print(version);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a version holds no Any, so it is always JSON", e);
        }
    }
}
