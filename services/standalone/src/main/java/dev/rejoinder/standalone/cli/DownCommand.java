package dev.rejoinder.standalone.cli;

import dev.rejoinder.standalone.platform.CannotGoOn;
import dev.rejoinder.standalone.platform.DataFolder;
import dev.rejoinder.standalone.platform.PlatformProcess;
import dev.rejoinder.standalone.platform.PlatformRecord;
import dev.rejoinder.standalone.platform.PostgresProcess;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stops a platform. */
@Command(
        name = "down",
        description =
                "Stop the platform: requests in flight end, what is on the spool is kept, Kafka and PostgreSQL stop last.")
final class DownCommand implements Runnable {
    private final Terminal terminal;

    @Mixin private HelpOption help;
    @Mixin private DataFolderOption data;

    DownCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        DataFolder folder = data.folder();
        Optional<PlatformRecord> running = PlatformRecord.read(folder);
        if (running.isEmpty()) {
            if (!PostgresProcess.stopWhereNobodyRuns(folder))
                throw new CannotGoOn(
                        "a platform is starting or ending on "
                                + folder.root()
                                + "; wait a moment and try again");
            terminal.out().println("nothing runs on " + folder.root());
            return;
        }
        ProcessHandle.of(running.get().pid()).ifPresent(p -> PlatformProcess.stop(p, folder));
        terminal.out().println("stopped; state is kept in " + folder.root());
    }
}
