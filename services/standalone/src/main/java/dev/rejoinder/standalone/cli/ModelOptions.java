package dev.rejoinder.standalone.cli;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model, and with which adapter, a pipe loads into its own process. */
final class ModelOptions {
    @Mixin private BaseModelOption base;

    @Option(
            names = "--adapter",
            paramLabel = "DIR",
            description =
                    "PEFT adapter to read and answer through: a folder with adapter_model.safetensors and adapter_config.json.")
    private @Nullable Path adapter;

    /** Whether the user named a model or an adapter of their own. */
    boolean isGiven() {
        return base.isGiven() || adapter != null;
    }

    LanguageModel load(Terminal terminal) {
        return base.load(terminal);
    }

    Optional<Adapter> adapter(LanguageModel loaded) {
        return Optional.ofNullable(adapter).map(loaded::loadAdapter);
    }
}
