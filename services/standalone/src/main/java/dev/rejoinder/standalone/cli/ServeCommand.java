package dev.rejoinder.standalone.cli;

import dev.rejoinder.standalone.platform.Platform;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The platform in this process, in the foreground. */
@Command(
        name = "serve",
        description =
                "Run the platform in the foreground until it is interrupted; ./rejoinder up runs it in the background.")
final class ServeCommand implements Runnable {
    @Mixin private HelpOption help;
    @Mixin private ServerOptions server;

    @Option(
            names = "--parent",
            hidden = true,
            defaultValue = "0",
            description = "Process whose death ends the platform.")
    private long parent;

    @Override
    public void run() {
        Platform.run(server.settings(parent));
    }
}
