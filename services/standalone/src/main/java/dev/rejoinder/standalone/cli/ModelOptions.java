package dev.rejoinder.standalone.cli;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.lm.store.ModelStore;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model a pipe loads into its own process. */
final class ModelOptions {
    @Option(
            names = "--model",
            paramLabel = "NAME|PATH|URL",
            description =
                    "Model to load: a known name, a GGUF file, a folder with safetensors, or a URL. Default: SmolLM2-135M-Instruct")
    private @Nullable String model;

    @Option(
            names = "--adapter",
            paramLabel = "DIR",
            description =
                    "PEFT adapter to answer with: a folder with adapter_model.safetensors and adapter_config.json.")
    private @Nullable Path adapter;

    /** Whether the user named a model or an adapter of their own. */
    boolean isGiven() {
        return model != null || adapter != null;
    }

    LanguageModel load(Terminal terminal) {
        String source = model == null ? ModelStore.DEFAULT_MODEL : model;
        Path path = ModelStore.fromEnvironment().resolve(source, new FetchProgress(terminal));
        try (ModelFiles files = ModelReader.open(path)) {
            return LanguageModels.load(files, EngineOptions.of(Precision.FLOAT32));
        }
    }

    Optional<Adapter> adapter(LanguageModel loaded) {
        return Optional.ofNullable(adapter).map(loaded::loadAdapter);
    }
}
