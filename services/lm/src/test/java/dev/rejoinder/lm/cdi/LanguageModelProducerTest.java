package dev.rejoinder.lm.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.read.UnreadableModelException;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanguageModelProducerTest {
    private final LanguageModelProducer producer = new LanguageModelProducer();

    @Test
    void weightsOfAnotherDigestThanTheOneAskedForAreRefusedByIt(@TempDir Path folder)
            throws IOException {
        String path = TinyModel.llama().write(folder).toString();
        String digest;
        try (LanguageModel model = producer.model(path, "float32", Optional.empty())) {
            digest = model.info().digest();
        }

        producer.model(path, "float32", Optional.of(digest)).close();
        assertThat(digest).hasSize(64);
        assertThatThrownBy(() -> producer.model(path, "float32", Optional.of("0".repeat(64))))
                .isInstanceOf(UnreadableModelException.class)
                .hasMessageContainingAll(path, digest, "rejoinder.model.sha256");
    }
}
