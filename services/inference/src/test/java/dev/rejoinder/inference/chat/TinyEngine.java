package dev.rejoinder.inference.chat;

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
public final class TinyEngine {
    private TinyEngine() {}

    public static LanguageModel load(Path folder) throws IOException {
        try (ModelFiles files = ModelReader.open(TinyModel.llama().write(folder.resolve("tiny")))) {
            return LanguageModels.load(files, EngineOptions.of(Precision.FLOAT32));
        }
    }
}
