package dev.rejoinder.standalone.cli;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.signals.train.TrainSignals;
import dev.rejoinder.standalone.platform.CannotGoOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Rebuilds the head that reads follow-ups. */
@Command(
        name = "signals",
        description = {
            "Train the head that reads follow-ups on labelled chats: cross-validated by conversation, reported beside a rule-only baseline.",
            "Writes head.bin and MODEL_CARD.md. A stopped run goes on where it was."
        })
final class TrainSignalsCommand implements Runnable {
    private final Terminal terminal;

    @Spec private CommandSpec spec;
    @Mixin private HelpOption help;
    @Mixin private BaseModelOption base;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "../shared/data",
            description =
                    "Folder with the labelled follow-ups: wildchat, hh-harmless, oasst-trees. Default: ${DEFAULT-VALUE}")
    private Path data;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "signals-head",
            description = "Folder for the two files. Default: ${DEFAULT-VALUE}")
    private Path out;

    @Option(
            names = "--version",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Version of the head; a new one reads every follow-up anew. Default: ${DEFAULT-VALUE}")
    private int version;

    TrainSignalsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (version < 1)
            throw new ParameterException(
                    spec.commandLine(), "--version of " + version + " is below 1");
        if (!Files.isDirectory(data))
            throw new CannotGoOn(
                    "there is no folder " + data + "; name the labelled chats with --data");
        Path cache = out.resolve("states");
        try (LanguageModel model = base.load(terminal)) {
            TrainSignals.run(model, new TrainSignals.Order(data, out, cache, version), System.out);
        } catch (IOException e) {
            throw new CannotGoOn("the head cannot be trained: " + e.getMessage(), e);
        }
    }
}
