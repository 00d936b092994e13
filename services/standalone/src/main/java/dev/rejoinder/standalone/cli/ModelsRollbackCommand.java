package dev.rejoinder.standalone.cli;

import dev.rejoinder.proto.registry.v1.RollbackRequest;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.standalone.client.ModelCatalogue;
import dev.rejoinder.standalone.client.PlatformConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Goes back. */
@Command(
        name = "rollback",
        description =
                "End the running canary or, where there is none, bring back the champion before.")
final class ModelsRollbackCommand implements Runnable {
    private final Terminal terminal;

    @Mixin private HelpOption help;
    @Mixin private DataFolderOption data;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            defaultValue = "by hand",
            description = "Why; kept in the version's history. Default: ${DEFAULT-VALUE}")
    private String reason;

    ModelsRollbackCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (PlatformConnection connection = PlatformConnection.open(data.folder())) {
            Routing routing =
                    connection
                            .registry()
                            .rollback(
                                    RollbackRequest.newBuilder()
                                            .setModelId(
                                                    ModelCatalogue.model(
                                                            connection.platform().url()))
                                            .setReason(reason)
                                            .build())
                            .getRouting();
            terminal.out().println(RoutingLine.of(routing));
        }
    }
}
