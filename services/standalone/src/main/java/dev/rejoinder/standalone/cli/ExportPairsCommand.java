package dev.rejoinder.standalone.cli;

import dev.rejoinder.preferences.export.TrlRow;
import dev.rejoinder.proto.preferences.v1.StreamPairsRequest;
import dev.rejoinder.standalone.client.PlatformConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Exports preference pairs. */
@Command(
        name = "pairs",
        description = {
            "Write every preference pair as one JSON object a line.",
            "The format trl is what TRL's DPOTrainer takes unchanged: conversational prompt, chosen and rejected."
        })
final class ExportPairsCommand implements Runnable {
    /** What the rows look like. */
    enum Format {
        trl
    }

    private final Terminal terminal;

    @Mixin private HelpOption help;
    @Mixin private DataFolderOption data;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "trl",
            description = "One of: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
    private Format format;

    ExportPairsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (PlatformConnection connection = PlatformConnection.open(data.folder())) {
            connection
                    .preferences()
                    .streamPairs(StreamPairsRequest.getDefaultInstance())
                    .forEachRemaining(p -> terminal.out().println(TrlRow.of(p.getPair()).line()));
        }
    }
}
