package dev.rejoinder.standalone.bench;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.train.LoraTraining;
import dev.rejoinder.standalone.platform.CannotGoOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** An adapter on disk that changes nothing yet: as dear to load and to answer with as any. */
final class UntrainedAdapter {
    private UntrainedAdapter() {}

    /**
     * Writes it.
     *
     * @param seed makes it another one
     * @return SHA-256 of its weights' file, lower-case hex
     */
    static String write(LanguageModel model, Path folder, long seed) {
        try (LoraTraining training = model.train(AdapterConfig.attention(), seed, 0)) {
            training.saveAdapter(folder);
            byte[] weights = Files.readAllBytes(folder.resolve("adapter_model.safetensors"));
            return HexFormat.of().formatHex(Digests.newSha256().digest(weights));
        } catch (IOException e) {
            throw new CannotGoOn("an adapter cannot be written: " + e.getMessage(), e);
        }
    }
}
