package dev.rejoinder.standalone.cli;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.lm.store.ModelStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which base model a pipe loads into its own process. */
final class BaseModelOption {
    @Option(
            names = "--model",
            paramLabel = "NAME|PATH|URL",
            description =
                    "Model to load: a known name, a GGUF file, a folder with safetensors, or a URL. Default: SmolLM2-135M-Instruct")
    private @Nullable String model;

    boolean isGiven() {
        return model != null;
    }

    /** Loads it, fetched first if need be; figures are exact on every machine. */
    LanguageModel load(Terminal terminal) {
        String source = model == null ? ModelStore.DEFAULT_MODEL : model;
        Path path = ModelStore.fromEnvironment().resolve(source, new FetchProgress(terminal));
        try (ModelFiles files = ModelReader.open(path)) {
            LanguageModels.endWithTheProcess();
            return LanguageModels.load(files, EngineOptions.of(Precision.FLOAT32));
        }
    }
}
