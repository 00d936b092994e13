package dev.rejoinder.standalone.cli;

import picocli.CommandLine.Command;

/** Lists versions by its full name. */
@Command(
        name = "list",
        description =
                "List every version with its stage, share, pairs and live evidence, newest first.")
final class ModelsListCommand extends VersionList {
    ModelsListCommand(Terminal terminal) {
        super(terminal);
    }
}
