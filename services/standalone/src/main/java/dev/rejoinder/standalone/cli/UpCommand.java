package dev.rejoinder.standalone.cli;

import dev.rejoinder.standalone.platform.CannotGoOn;
import dev.rejoinder.standalone.platform.ListeningLine;
import dev.rejoinder.standalone.platform.Platform;
import dev.rejoinder.standalone.platform.PlatformProcess;
import dev.rejoinder.standalone.platform.PlatformRecord;
import dev.rejoinder.standalone.platform.Preflight;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts a platform in the background. */
@Command(
        name = "up",
        description =
                "Start the platform in the background and wait until it is ready. Its state is kept between runs.")
final class UpCommand implements Runnable {
    private final Terminal terminal;

    @Spec private CommandSpec spec;
    @Mixin private HelpOption help;
    @Mixin private ServerOptions server;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "180",
            description = "How long to wait until it is ready. Default: ${DEFAULT-VALUE}")
    private int timeoutSeconds;

    UpCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (timeoutSeconds < 1)
            throw new ParameterException(
                    spec.commandLine(), "--timeout of " + timeoutSeconds + " is below 1 s");
        Platform.Settings settings = server.settings(0);
        PlatformRecord.read(settings.folder())
                .ifPresent(r -> {
                    throw new CannotGoOn(
                            "a platform runs on %s already (process %d, %s); stop it with ./rejoinder down"
                                    .formatted(settings.folder().root(), r.pid(), r.url()));
                });
        Preflight.check(settings.folder(), settings.host(), settings.port());
        ModelOnHand.ensure(settings.configuration(), terminal);
        long began = System.nanoTime();
        PlatformRecord record = start(settings, began);
        terminal.out()
                .printf(
                        "ready after %.1f s: process %d%n",
                        (System.nanoTime() - began) / 1e9, record.pid());
        terminal.out().println(ListeningLine.of(record.host(), record.port()));
        terminal.out().println("state in " + settings.folder().root());
        terminal.out().println("log in " + settings.folder().log());
    }

    private PlatformRecord start(Platform.Settings settings, long began) {
        PlatformProcess process = PlatformProcess.start(settings, true);
        Thread undo = new Thread(process::close, "undo-start");
        Runtime.getRuntime().addShutdownHook(undo);
        try (Ticker ticker = new Ticker(terminal, "starting the platform")) {
            PlatformRecord record =
                    process.awaitReady(Duration.ofSeconds(timeoutSeconds), ticker::tick);
            Runtime.getRuntime().removeShutdownHook(undo);
            return record;
        }
    }
}
