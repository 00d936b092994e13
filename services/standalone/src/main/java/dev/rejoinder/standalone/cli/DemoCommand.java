package dev.rejoinder.standalone.cli;

import dev.rejoinder.lm.store.ModelStore;
import dev.rejoinder.standalone.demo.Demo;
import dev.rejoinder.standalone.demo.DemoReport;
import dev.rejoinder.standalone.demo.DemoSettings;
import dev.rejoinder.standalone.demo.StageBoard;
import dev.rejoinder.standalone.demo.report.ReportFiles;
import dev.rejoinder.standalone.demo.report.TerminalTable;
import dev.rejoinder.testkit.users.Preference;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The loop closing, in a quarter of an hour. */
@Command(
        name = "demo",
        description = {
            "Watch a model learn a preference that nobody told it, from follow-up messages alone.",
            "Starts a platform of its own on a fresh folder, lets simulated users chat with it, and reports what was learned. Ctrl-C leaves nothing running."
        },
        footer = "Exit code 0 only if every promised line holds.")
final class DemoCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandSpec spec;
    @Mixin private HelpOption help;

    @Option(
            names = "--preference",
            paramLabel = "NAME",
            defaultValue = "brief",
            description =
                    "What the users would like: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
    private Preference preference;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Seed of users, questions, wording and sampling. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--conversations",
            paramLabel = "N",
            defaultValue = "60",
            description = "Conversations to learn from, 1 to 60. Default: ${DEFAULT-VALUE}")
    private int conversations;

    @Option(
            names = "--model",
            paramLabel = "NAME|PATH|URL",
            description = "Model to teach. Default: SmolLM2-135M-Instruct")
    private @Nullable String model;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "demo-report",
            description =
                    "Folder for report.html, report.json and platform.log. Default: ${DEFAULT-VALUE}")
    private Path out;

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        DemoSettings settings = settings();
        ReportFiles.prepare(settings.out());
        DemoReport report;
        try (StageBoard board = new StageBoard(terminal.out(), terminal.isLive(), Demo.STAGES)) {
            report = new Demo(settings, board, Clock.systemUTC()).run(new FetchProgress(terminal));
        }
        TerminalTable.print(report, terminal.out());
        Path page = ReportFiles.write(report, settings.out());
        terminal.out().println("report: " + page);
        return report.passed() ? 0 : 1;
    }

    private DemoSettings settings() {
        try {
            return new DemoSettings(
                    preference,
                    seed,
                    conversations,
                    model == null ? ModelStore.DEFAULT_MODEL : model,
                    out);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }
}
