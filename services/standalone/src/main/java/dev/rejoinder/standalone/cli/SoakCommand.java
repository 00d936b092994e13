package dev.rejoinder.standalone.cli;

import dev.rejoinder.bench.soak.FixedHeap;
import dev.rejoinder.bench.soak.Reading;
import dev.rejoinder.bench.soak.RestingMemory;
import dev.rejoinder.bench.soak.SoakOptions;
import dev.rejoinder.bench.soak.SoakReport;
import dev.rejoinder.lm.store.ModelStore;
import dev.rejoinder.standalone.platform.CannotGoOn;
import dev.rejoinder.standalone.soak.Soak;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whether memory leaks. */
@Command(
        name = "soak",
        description = {
            "See that no memory leaks: thousands of random chats in the scheduler that serves them, some given up while they wait, are read or are answered, some through adapters that come and go, beside scores and training.",
            "Memory beside the Java heap is read every 1,000 requests, while none is in flight. The exit code is 1 if at the end it is more than 1.02 times that after 1,000, or if a request failed or never ended."
        })
final class SoakCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final List<Reading> seen = new ArrayList<>();

    @Spec private CommandSpec spec;
    @Mixin private HelpOption help;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "10000",
            description = "In all, 2000 to 1000000. Default: ${DEFAULT-VALUE}")
    private int requests;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The same one gives the same requests again. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--model",
            paramLabel = "NAME|PATH|URL",
            description =
                    "Model to soak. Default: random weights of SmolLM2-135M's width and vocabulary, 6 layers instead of 30")
    private @Nullable String model;

    @Option(
            names = "--precision",
            paramLabel = "auto|float32|bfloat16|int8",
            defaultValue = "auto",
            description = "Of the base's matrices. Default: ${DEFAULT-VALUE}")
    private String precision;

    @Option(names = "--json", description = "Print one JSON object instead of the table.")
    private boolean json;

    SoakCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        SoakOptions options = options();
        long heap =
                FixedHeap.bytes()
                        .orElseThrow(() ->
                                new CannotGoOn(
                                        "memory beside the Java heap cannot be told from a heap that grows; start this by ./rejoinder, or with -Xms as large as -Xmx and -XX:+AlwaysPreTouch"));
        Consumer<String> lines = json ? terminal.err()::println : terminal.out()::println;
        lines.accept(SoakReport.head());
        SoakReport report =
                Soak.run(
                        options,
                        new RestingMemory(heap),
                        reading -> {
                            seen.add(reading);
                            lines.accept(SoakReport.row(reading, seen.getFirst()));
                        });
        if (json) terminal.out().println(report.json());
        else terminal.out().print(report.summary());
        return report.verdict().passed() ? 0 : 1;
    }

    private SoakOptions options() {
        try {
            return new SoakOptions(
                    requests,
                    seed,
                    Optional.ofNullable(model).map(this::onDisk),
                    SoakOptions.precision(precision));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private Path onDisk(String source) {
        return ModelStore.fromEnvironment().resolve(source, new FetchProgress(terminal));
    }
}
