package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.read.ModelReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** SmolLM2-135M-Instruct in the user's cache, where {@code ./rejoinder test} puts it first. */
final class SmolLm {
    static final Path FILE =
            Path.of(
                    System.getProperty("user.home"),
                    ".cache/rejoinder/models/SmolLM2-135M-Instruct.Q4_1.gguf");

    private SmolLm() {}

    static LanguageModel load(Precision precision) {
        Assumptions.assumeTrue(
                Files.exists(FILE), "SmolLM2 is not in the cache; run ./rejoinder test");
        try (var files = ModelReader.open(FILE)) {
            return LanguageModels.load(files, EngineOptions.of(precision));
        }
    }
}
