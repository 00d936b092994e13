package dev.rejoinder.lm.cdi;

import dev.rejoinder.lm.ComputeDevice;
import dev.rejoinder.lm.LanguageModel;
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

/**
 * Loads the model that {@code rejoinder.model.source} names when the first bean asks for it: one
 * copy for all services of a process. It is found in the cache or fetched first.
 */
@Singleton
public final class LanguageModelProducer {
    private static final System.Logger LOG =
            System.getLogger(LanguageModelProducer.class.getName());

    /**
     * @throws IllegalArgumentException if a setting is, or asks for a device that is not there
     * @throws dev.rejoinder.lm.store.ModelUnavailableException if it is not here and cannot be had
     * @throws dev.rejoinder.lm.read.UnreadableModelException if its files are damaged, or have
     *     another digest
     */
    @Produces
    @Singleton
    LanguageModel model(ModelSettings settings) {
        EngineOptions options = settings.options();
        requireDevice(options.device());
        Path path = ModelStore.fromEnvironment().resolve(settings.source(), new LoggedProgress());
        long start = System.nanoTime();
        try (ModelFiles files = ModelReader.open(path)) {
            settings.sha256().ifPresent(expected -> requireDigest(path, files.digest(), expected));
            LanguageModel model = LanguageModels.load(files, options);
            LOG.log(
                    Level.INFO,
                    "model loaded modelId={0} durationMs={1}",
                    model.info().name(),
                    String.valueOf((System.nanoTime() - start) / 1_000_000));
            return model;
        }
    }

    /** Before anything is fetched. */
    private static void requireDevice(ComputeDevice device) {
        try {
            LanguageModels.requireDevice(device);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("rejoinder.model.device: " + e.getMessage(), e);
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

    /** One line for each turn of events; the bytes are for bars. */
    private static final class LoggedProgress implements Progress {
        @Override
        public void noted(String line) {
            LOG.log(Level.INFO, line);
        }
    }
}
