package dev.rejoinder.standalone.cli;

import dev.rejoinder.proto.trainer.v1.GetRunRequest;
import dev.rejoinder.proto.trainer.v1.Run;
import dev.rejoinder.proto.trainer.v1.StartRunRequest;
import dev.rejoinder.standalone.client.PlatformConnection;
import dev.rejoinder.standalone.client.RunProgress;
import dev.rejoinder.standalone.platform.CannotGoOn;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts a training run on a running platform. */
@Command(
        name = "run",
        description = {
            "Ask the running platform for a training run now, whatever its trigger waits for, and follow it to its end.",
            "Interrupting this command does not interrupt the run. Exit code 1 if the gate refused the adapter or the run failed."
        })
final class TrainRunCommand implements Runnable {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Terminal terminal;

    @Mixin private HelpOption help;
    @Mixin private DataFolderOption data;

    @Option(
            names = "--no-wait",
            description = "Only ask for it; ./rejoinder status says how it goes.")
    private boolean noWait;

    TrainRunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (PlatformConnection connection = PlatformConnection.open(data.folder())) {
            Run run = connection.trainer().startRun(StartRunRequest.getDefaultInstance()).getRun();
            terminal.out()
                    .printf(
                            "run %.12s: %d pairs, %d steps at most%n",
                            run.getRunId(), run.getDataset().getPairs(), run.getTotalSteps());
            if (!noWait) tell(followed(connection, run));
        }
    }

    private Run followed(PlatformConnection connection, Run begun) {
        Run run = begun;
        try (Ticker ticker = new Ticker(terminal, RunProgress.line(run))) {
            while (!RunProgress.isOver(run)) {
                Thread.sleep(LOOK);
                run = connection.trainer().getRun(asked(run)).getRun();
                ticker.tick(RunProgress.line(run));
            }
            return run;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) throw e;
            throw new CannotGoOn(
                    "the platform has stopped; the run goes on after the next ./rejoinder up", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotGoOn("interrupted; the run goes on, see ./rejoinder status");
        }
    }

    private static GetRunRequest asked(Run run) {
        return GetRunRequest.newBuilder().setRunId(run.getRunId()).build();
    }

    private void tell(Run run) {
        String reason = RunProgress.reason(run);
        if (!reason.isEmpty()) throw new CannotGoOn(reason + "; the champion serves on");
        terminal.out().println("registered " + run.getVersion() + "; see ./rejoinder models");
    }
}
