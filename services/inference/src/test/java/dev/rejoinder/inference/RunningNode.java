package dev.rejoinder.inference;

import dev.rejoinder.testkit.kafka.EmbeddedKafka;
import dev.rejoinder.testkit.model.TinyModel;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A node on a tiny model and a real Kafka; no registry anywhere. */
public final class RunningNode implements QuarkusTestResourceLifecycleManager {
    static final String MODEL = "tiny";

    /** Long enough that a reply can be cut off in the middle. */
    static final int CONTEXT = 2048;

    private static Path folder;
    private static EmbeddedKafka kafka;

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("inference-test");
            Path model = TinyModel.llama().withContext(CONTEXT).write(folder.resolve(MODEL));
            kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
            return Map.of(
                    "rejoinder.model.source", model.toString(),
                    "rejoinder.inference.spool.folder", folder.resolve("spool").toString(),
                    "rejoinder.inference.max-waiting", "20",
                    "rejoinder.inference.default-max-tokens", "16",
                    "rejoinder.kafka.bootstrap-servers", kafka.bootstrapServers(),
                    "quarkus.log.category.\"state.change.logger\".level", "WARN",
                    "quarkus.http.test-port", "0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    static Path folder() {
        return folder;
    }

    @Override
    public void stop() {
        if (kafka != null) kafka.close();
    }
}
