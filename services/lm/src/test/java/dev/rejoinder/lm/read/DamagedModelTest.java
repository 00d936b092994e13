package dev.rejoinder.lm.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.token.BpeTokenizer;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files with random bytes in random places, opened and loaded. */
class DamagedModelTest {
    private static final TinyModel MODEL = TinyModel.llama();
    private static final int ROUNDS = 120;

    /** Names, shapes and configuration are within so many first bytes. */
    private static final int HEADER = 12_000;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "config.json"})
    void aFolderWithADamagedFileLoadsOrIsRefused(String name) throws IOException {
        Path model = MODEL.write(folder);
        byte[] whole = Files.readAllBytes(model.resolve(name));

        loadDamaged(whole, model.resolve(name), model);
    }

    @Test
    void aDamagedGgufLoadsOrIsRefused() throws IOException {
        Path whole = MODEL.write(folder.resolve("whole"));
        Path file = folder.resolve("damaged.gguf");
        try (ModelFiles model = ModelReader.open(whole)) {
            var vocabulary = ((BpeTokenizer) model.tokenizer()).vocabulary();
            byte[] bytes = TinyGguf.of(MODEL, vocabulary, GgufModelTest.CHATML).bytes();

            loadDamaged(bytes, file, file);
        }
    }

    private static void loadDamaged(byte[] whole, Path file, Path model) throws IOException {
        long seed = 20261130;
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = whole.clone();
            int places = round % 3 == 0 ? damaged.length : Math.min(HEADER, damaged.length);
            for (int i = 0; i < 2; i++) damaged[random.nextInt(places)] = (byte) random.nextInt();
            Files.write(file, damaged);

            try (ModelFiles files = ModelReader.open(model);
                    LanguageModel loaded =
                            LanguageModels.load(files, EngineOptions.of(Precision.AUTO))) {
                assertThat(loaded.info().layers()).isEqualTo(2);
            } catch (UnreadableModelException refused) {
                assertThat(refused.getMessage()).as("seed %d round %d", seed, round).isNotBlank();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed %d round %d: %s".formatted(seed, round, e), e);
            }
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("rejoinder-lm");
    }
}
