package dev.rejoinder.standalone.cli;

import dev.rejoinder.bench.Figure;
import dev.rejoinder.bench.LmBench;
import dev.rejoinder.lm.store.ModelStore;
import dev.rejoinder.lm.store.ModelUnavailableException;
import dev.rejoinder.standalone.bench.PlatformStart;
import dev.rejoinder.standalone.platform.CannotGoOn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the engine. */
@Command(
        name = "bench",
        description = {
            "Measure the engine against this machine's limits, all in one run: prefill against sgemm, decode against memory bandwidth, packed against one-by-one scoring, seconds per LoRA-DPO step; then the start and the memory of a whole platform.",
            "Takes a few minutes; run it on a machine that does nothing else."
        })
final class BenchCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private HelpOption help;

    @Option(
            names = "--model",
            paramLabel = "NAME|PATH|URL",
            description =
                    "Model to measure. Default: random weights of SmolLM2-135M's shape for the engine, SmolLM2-135M-Instruct for the platform")
    private @Nullable String model;

    @Option(
            names = "--precision",
            paramLabel = "auto|float32|bfloat16|int8",
            defaultValue = "auto",
            description = "Of the base's matrices. Default: ${DEFAULT-VALUE}")
    private String precision;

    @Option(
            names = "--repeats",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "Runs of each measurement after a warm-up, 1 to 100. Default: ${DEFAULT-VALUE}")
    private int repeats;

    @Option(names = "--json", description = "Print one JSON object instead of the table.")
    private boolean json;

    BenchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<String> arguments = new ArrayList<>();
        if (model != null) {
            var path = ModelStore.fromEnvironment().resolve(model, new FetchProgress(terminal));
            arguments.addAll(List.of("--model", path.toString()));
        }
        arguments.addAll(List.of("--precision", precision, "--repeats", String.valueOf(repeats)));
        if (json) arguments.add("--json");
        return LmBench.run(this::platform, arguments.toArray(String[]::new));
    }

    /** Of the model that was named, or the default; none where no platform starts. */
    private List<Figure> platform() {
        String source = model == null ? ModelStore.DEFAULT_MODEL : model;
        try {
            ModelStore.fromEnvironment().resolve(source, new FetchProgress(terminal));
            return PlatformStart.measure(
                    new PlatformStart.Order(source, precision),
                    line -> terminal.err().println(line));
        } catch (CannotGoOn | ModelUnavailableException e) {
            // Minutes of the engine's figures are worth more than these.
            terminal.err().println("no figures of a platform: " + e.getMessage());
            return List.of();
        }
    }
}
