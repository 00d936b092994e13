package dev.rejoinder.standalone.cli;

import dev.rejoinder.proto.registry.v1.PromoteRequest;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.standalone.client.ModelCatalogue;
import dev.rejoinder.standalone.client.PlatformConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a version champion. */
@Command(
        name = "promote",
        description = "Make a version champion at once, whatever the evidence says.")
final class ModelsPromoteCommand implements Runnable {
    private final Terminal terminal;

    @Mixin private HelpOption help;
    @Mixin private DataFolderOption data;

    @Parameters(
            paramLabel = "VERSION",
            description = "The version's name, as models list shows it.")
    private String version;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            defaultValue = "by hand",
            description = "Why; kept in the version's history. Default: ${DEFAULT-VALUE}")
    private String reason;

    ModelsPromoteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (PlatformConnection connection = PlatformConnection.open(data.folder())) {
            Routing routing =
                    connection
                            .registry()
                            .promote(
                                    PromoteRequest.newBuilder()
                                            .setModelId(
                                                    ModelCatalogue.model(
                                                            connection.platform().url()))
                                            .setVersion(version)
                                            .setReason(reason)
                                            .build())
                            .getRouting();
            terminal.out().println(RoutingLine.of(routing));
        }
    }
}
