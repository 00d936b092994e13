package dev.rejoinder.lm.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.read.UnreadableModelException;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanguageModelProducerTest {
    private final LanguageModelProducer producer = new LanguageModelProducer();

    @Test
    void weightsOfAnotherDigestThanTheOneAskedForAreRefusedByIt(@TempDir Path folder)
            throws IOException {
        String path = TinyModel.llama().write(folder).toString();
        String digest;
        try (LanguageModel model = producer.model(settings(path, Map.of()))) {
            digest = model.info().digest();
        }

        producer.model(settings(path, Map.of("sha256", digest))).close();
        assertThat(digest).hasSize(64);
        assertThatThrownBy(() -> producer.model(settings(path, Map.of("sha256", "0".repeat(64)))))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContainingAll(path, digest, "rejoinder.model.sha256");
    }

    /** No machine has a hundred. */
    @Test
    void aDeviceThatIsNotThereIsRefusedBeforeAnythingIsFetched() {
        assertThatThrownBy(() ->
                        producer.model(
                                settings("https://localhost:1/x", Map.of("device", "gpu:99"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "rejoinder.model.device: gpu:99 is not there: libtorch sees cpu");
    }

    private static ModelSettings settings(String source, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(more);
        all.put("source", source);
        all.put("precision", "float32");
        return ModelSettingsTest.with(all);
    }
}
