package dev.rejoinder.trainer;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.lm.store.ModelStore;
import dev.rejoinder.lm.store.Progress;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.IOException;
import java.nio.file.Path;

/** Models to test with. */
public final class Models {
    private Models() {}

    /** A real model of a few thousand weights. */
    public static LanguageModel tiny(Path folder) throws IOException {
        return open(
                TinyModel.llama().write(folder),
                EngineOptions.of(Precision.FLOAT32).withThreads(1));
    }

    /** From the cache, or fetched as the product fetches it. */
    public static LanguageModel smolLm() {
        return smolLm(Precision.AUTO);
    }

    public static LanguageModel smolLm(Precision precision) {
        return open(
                ModelStore.fromEnvironment().resolve(ModelStore.DEFAULT_MODEL, Progress.SILENT),
                EngineOptions.of(precision));
    }

    private static LanguageModel open(Path path, EngineOptions options) {
        try (ModelFiles files = ModelReader.open(path)) {
            return LanguageModels.load(files, options);
        }
    }
}
