package dev.rejoinder.lm.cdi;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.lm.read.UnreadableModelException;
import dev.rejoinder.lm.store.ModelStore;
import dev.rejoinder.lm.store.Progress;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Loads the model that {@code rejoinder.model.source} names when the first bean asks for it: one
 * copy for all services of a process. It is found in the cache or fetched first.
 */
@Singleton
public final class LanguageModelProducer {
    private static final System.Logger LOG =
            System.getLogger(LanguageModelProducer.class.getName());

    /**
     * @param source a known name, a path or a URL
     * @param precision {@code auto}, {@code float32}, {@code bfloat16} or {@code int8}
     * @param sha256 what the weights' digest has to be, for models that are not known by name
     * @throws dev.rejoinder.lm.store.ModelUnavailableException if it is not here and cannot be had
     * @throws dev.rejoinder.lm.read.UnreadableModelException if its files are damaged, or have
     *     another digest
     */
    @Produces
    @Singleton
    LanguageModel model(
            @ConfigProperty(name = "rejoinder.model.source", defaultValue = "SmolLM2-135M-Instruct")
                    String source,
            @ConfigProperty(name = "rejoinder.model.precision", defaultValue = "auto")
                    String precision,
            @ConfigProperty(name = "rejoinder.model.sha256") Optional<String> sha256) {
        EngineOptions options = EngineOptions.of(precision(precision));
        Path path = ModelStore.fromEnvironment().resolve(source, new LoggedProgress());
        long start = System.nanoTime();
        try (ModelFiles files = ModelReader.open(path)) {
            sha256.ifPresent(expected -> requireDigest(path, files.digest(), expected));
            LanguageModel model = LanguageModels.load(files, options);
            LOG.log(
                    Level.INFO,
                    "model loaded modelId={0} durationMs={1}",
                    model.info().name(),
                    String.valueOf((System.nanoTime() - start) / 1_000_000));
            return model;
        }
    }

    private static void requireDigest(Path path, String actual, String expected) {
        if (!actual.equalsIgnoreCase(expected.strip()))
            throw new UnreadableModelException(
                    "%s has SHA-256 %s, and rejoinder.model.sha256 is %s; copy or fetch the model again"
                            .formatted(path, actual, expected));
    }

    void close(@Disposes LanguageModel model) {
        model.close();
    }

    private static Precision precision(String name) {
        try {
            return Precision.valueOf(name.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "rejoinder.model.precision of \"%s\" is none of auto, float32, bfloat16, int8"
                            .formatted(name),
                    e);
        }
    }

    /** One line for each turn of events; the bytes are for bars. */
    private static final class LoggedProgress implements Progress {
        @Override
        public void noted(String line) {
            LOG.log(Level.INFO, line);
        }
    }
}
