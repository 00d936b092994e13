package dev.rejoinder.trainer;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.IOException;
import java.nio.file.Path;

/** A real model of a few thousand weights. */
public final class Models {
    private Models() {}

    public static LanguageModel tiny(Path folder) throws IOException {
        try (ModelFiles files = ModelReader.open(TinyModel.llama().write(folder))) {
            return LanguageModels.load(files, EngineOptions.of(Precision.FLOAT32).withThreads(1));
        }
    }
}
