package dev.rejoinder.reward.flr;

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

    /** A token a byte; a context of 512. */
    public static LanguageModel tiny(Path folder) throws IOException {
        return open(TinyModel.llama().write(folder));
    }

    /** From the cache, or fetched as the product fetches it. */
    static LanguageModel smolLm() {
        return open(
                ModelStore.fromEnvironment()
                        .resolve(
                                ModelStore.DEFAULT_MODEL,
                                new Progress() {
                                    @Override
                                    public void noted(String line) {
                                        System.out.println(line);
                                    }
                                }));
    }

    private static LanguageModel open(Path path) {
        try (ModelFiles files = ModelReader.open(path)) {
            return LanguageModels.load(files, EngineOptions.of(Precision.FLOAT32));
        }
    }
}
