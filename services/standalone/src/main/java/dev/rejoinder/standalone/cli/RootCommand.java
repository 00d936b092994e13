package dev.rejoinder.standalone.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The name before every command. */
@Command(
        name = "rejoinder",
        description =
                "Serves a language model to chat clients and makes it better from what users say next.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%n",
        footer = {
            "./rejoinder demo shows the whole loop in a quarter of an hour; ./rejoinder up starts a platform to keep.",
            "Exit codes: 0 done, 1 stopped (one line says by what), 2 unknown command or option."
        })
final class RootCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and end.")
    private boolean help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
