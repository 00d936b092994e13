package dev.rejoinder.standalone.cli;

import dev.rejoinder.preferences.export.TrlRow;
import dev.rejoinder.preferences.mining.jdbc.PairShelf;
import dev.rejoinder.proto.preferences.v1.PairMined;
import dev.rejoinder.proto.preferences.v1.StreamPairsRequest;
import dev.rejoinder.standalone.client.PlatformConnection;
import dev.rejoinder.standalone.platform.CannotGoOn;
import dev.rejoinder.standalone.platform.PlatformRecord;
import dev.rejoinder.standalone.platform.StoppedPlatform;
import java.util.List;
import org.jdbi.v3.core.JdbiException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Exports preference pairs. */
@Command(
        name = "pairs",
        description = {
            "Write every preference pair as one JSON object a line.",
            "Asks the platform that runs on the data folder, or reads what a stopped one left there.",
            "The format trl is what TRL's DPOTrainer takes unchanged: conversational prompt, chosen and rejected."
        })
final class ExportPairsCommand implements Runnable {
    /** What the rows look like. */
    enum Format {
        trl
    }

    private static final int PAGE = 256;

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
        PlatformRecord.read(data.folder()).ifPresentOrElse(this::ask, this::read);
    }

    private void ask(PlatformRecord running) {
        try (PlatformConnection connection = PlatformConnection.to(running)) {
            connection
                    .preferences()
                    .streamPairs(StreamPairsRequest.getDefaultInstance())
                    .forEachRemaining(p -> write(p.getPair()));
        }
    }

    private void read() {
        try (StoppedPlatform stopped = StoppedPlatform.open(data.folder())) {
            PairShelf shelf = new PairShelf(stopped.database());
            List<PairShelf.Placed> page = shelf.after(0, PAGE);
            while (!page.isEmpty()) {
                page.forEach(placed -> write(placed.pair()));
                page = shelf.after(page.getLast().position(), PAGE);
            }
        } catch (JdbiException e) {
            throw new CannotGoOn(
                    "the pairs of "
                            + data.folder().root()
                            + " cannot be read as they are; start the platform once with ./rejoinder up",
                    e);
        }
    }

    private void write(PairMined pair) {
        terminal.out().println(TrlRow.of(pair).line());
    }
}
