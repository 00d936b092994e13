package dev.rejoinder.standalone.cli;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.standalone.platform.CannotGoOn;
import dev.rejoinder.trainer.dataset.file.PairFile;
import dev.rejoinder.trainer.run.LocalReport;
import dev.rejoinder.trainer.run.LocalRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains an adapter from a file; its commands train what the platform serves and reads with. */
@Command(
        name = "train",
        description = {
            "Train an adapter from a file of preference pairs, without a platform: ./rejoinder train --data PAIRS --out DIR.",
            "PAIRS: what ./rejoinder export pairs writes, or what TRL's DPOTrainer takes: one object a line with prompt, chosen and rejected, each a string or a list of {\"role\", \"content\"}; chosen and rejected may be whole chats instead.",
            "DIR: adapter_model.safetensors and adapter_config.json (PEFT), and metrics.json. Stopped, it goes on at the last checkpoint when the same command is given again.",
            "Or, with a COMMAND: start a run on the platform, or rebuild the small models that chats are read with."
        },
        synopsisSubcommandLabel = "[COMMAND]")
final class TrainCommand implements Runnable {
    private static final int MOST_FAULTS_TOLD = 20;

    private final Terminal terminal;

    @Spec private CommandSpec spec;
    @Mixin private HelpOption help;
    @Mixin private BaseModelOption base;
    @Mixin private LearningOptions learning;

    @Option(
            names = "--data",
            paramLabel = "PAIRS",
            description = "File of preference pairs, one JSON object a line.")
    private @Nullable Path data;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for the adapter and its metrics.")
    private @Nullable Path out;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "1024",
            description =
                    "Most tokens of a prompt and both replies; a longer line cannot be trained on. Default: ${DEFAULT-VALUE}")
    private int maxTokens;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "STEPS",
            defaultValue = "5",
            description =
                    "Steps between checkpoints; the adapter does not depend on it. Default: ${DEFAULT-VALUE}")
    private int checkpointEvery;

    @Option(
            names = "--skip-bad-lines",
            description =
                    "Train on the other lines where some cannot be trained on, instead of on none.")
    private boolean skipBadLines;

    TrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (data == null || out == null)
            throw new ParameterException(
                    spec.commandLine(),
                    data == null && out == null
                            ? "a command is missing, or --data and --out"
                            : (data == null ? "--data" : "--out") + " is missing");
        LocalRun.Order order = order(out);
        if (!Files.isRegularFile(data))
            throw new CannotGoOn("there is no file " + data + "; name the pairs with --data");
        try (LanguageModel model = base.load(terminal)) {
            PairFile pairs = read(data, model);
            try (TrainProgress progress = new TrainProgress(terminal)) {
                tell(LocalRun.train(model, pairs.pairs(), order, progress));
            }
        }
    }

    private LocalRun.Order order(Path folder) {
        try {
            new PairFile.Limits(maxTokens, maxTokens);
            return new LocalRun.Order(learning.hyperparameters(), folder, checkpointEvery);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private PairFile read(Path file, LanguageModel model) {
        var limits = new PairFile.Limits(maxTokens, model.info().contextLength());
        PairFile read = PairFile.read(file, model.tokenizer(), model.chat(), limits);
        int bad = read.faults().size();
        read.faults().stream()
                .limit(MOST_FAULTS_TOLD)
                .forEach(
                        f -> terminal.err().println(file + " line " + f.line() + " " + f.reason()));
        if (bad > MOST_FAULTS_TOLD)
            terminal.err().printf("and %d more lines%n", bad - MOST_FAULTS_TOLD);
        if (bad > 0 && !skipBadLines)
            throw new CannotGoOn(
                    "%d of %d lines of %s cannot be trained on; mend them, or leave them out with --skip-bad-lines"
                            .formatted(bad, bad + read.pairs().size(), file));
        return read;
    }

    private void tell(LocalReport report) {
        terminal.out()
                .printf(
                        "trained %d steps on %d pairs: %s, adapter %.12s%n",
                        report.totalSteps(), report.pairs(), out, report.adapterDigest());
    }
}
