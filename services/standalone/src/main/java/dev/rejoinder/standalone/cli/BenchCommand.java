package dev.rejoinder.standalone.cli;

import dev.rejoinder.bench.Bench;
import dev.rejoinder.bench.Figure;
import dev.rejoinder.bench.Workbench;
import dev.rejoinder.lm.store.ModelStore;
import dev.rejoinder.lm.store.ModelUnavailableException;
import dev.rejoinder.standalone.bench.PlatformStart;
import dev.rejoinder.standalone.bench.ServingSuite;
import dev.rejoinder.standalone.platform.CannotGoOn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures the engine. */
@Command(
        name = "bench",
        description = {
            "Measure the engine against this machine's limits, all in one run: lm, prefill against sgemm and decode against memory bandwidth; scoring, packed against one by one; training, tokens a second of LoRA-DPO and its memory; serving, times to and between tokens in the scheduler; platform, the start and the memory of a whole one.",
            "Takes a few minutes; run it on a machine that does nothing else."
        })
final class BenchCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private HelpOption help;

    @Parameters(
            paramLabel = "lm|scoring|training|serving|platform",
            arity = "0..*",
            description = "What to measure. Default: everything")
    private List<String> suites = new ArrayList<>();

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
        List<String> arguments = new ArrayList<>(suites);
        if (model != null) {
            var path = ModelStore.fromEnvironment().resolve(model, new FetchProgress(terminal));
            arguments.addAll(List.of("--model", path.toString()));
        }
        arguments.addAll(List.of("--precision", precision, "--repeats", String.valueOf(repeats)));
        if (json) arguments.add("--json");
        return Bench.run(new Services(), arguments.toArray(String[]::new));
    }

    private final class Services implements Bench.Services {
        @Override
        public void serving(Workbench bench, Consumer<Figure> report) {
            ServingSuite.measure(bench, report);
        }

        /** Of the model that was named, or the default; none where no platform starts. */
        @Override
        public void platform(Consumer<Figure> report) {
            String source = model == null ? ModelStore.DEFAULT_MODEL : model;
            try {
                ModelStore.fromEnvironment().resolve(source, new FetchProgress(terminal));
                PlatformStart.measure(
                                new PlatformStart.Order(source, precision),
                                line -> terminal.err().println(line))
                        .forEach(report);
            } catch (CannotGoOn | ModelUnavailableException e) {
                // Minutes of the engine's figures are worth more than these.
                terminal.err().println("no figures of a platform: " + e.getMessage());
            }
        }
    }
}
