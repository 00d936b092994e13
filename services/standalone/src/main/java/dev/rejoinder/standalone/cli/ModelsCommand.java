package dev.rejoinder.standalone.cli;

import picocli.CommandLine.Command;

/** Versions of the served model; lists them where nothing else is asked. */
@Command(
        name = "models",
        description =
                "List, promote and roll back the versions of the served model; without a command, list.",
        synopsisSubcommandLabel = "[COMMAND]")
final class ModelsCommand extends VersionList {
    ModelsCommand(Terminal terminal) {
        super(terminal);
    }
}
