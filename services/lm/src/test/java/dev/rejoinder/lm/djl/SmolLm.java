package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.lm.store.ModelStore;
import dev.rejoinder.lm.store.Progress;

/** SmolLM2-135M-Instruct from the cache, or fetched as the product fetches it. */
final class SmolLm {
    private SmolLm() {}

    static LanguageModel load(Precision precision) {
        return load(EngineOptions.of(precision));
    }

    static LanguageModel load(EngineOptions options) {
        var file = ModelStore.fromEnvironment().resolve(ModelStore.DEFAULT_MODEL, Progress.SILENT);
        try (var files = ModelReader.open(file)) {
            return LanguageModels.load(files, options);
        }
    }
}
