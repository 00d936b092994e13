package dev.rejoinder.preferences;

import dev.rejoinder.proto.EventTopic;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The parts around the service in its Quarkus test. */
public final class PartsResource implements QuarkusTestResourceLifecycleManager {
    private Parts parts;
    private Path folder;

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("rejoinder-preferences");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        parts = Parts.start(folder);
        parts.topics.ensure(List.of(EventTopic.SIGNALS, EventTopic.PAIRS));
        String port = String.valueOf(parts.grpcPort());
        return Map.of(
                "rejoinder.kafka.bootstrap-servers",
                parts.bootstrapServers(),
                "quarkus.datasource.jdbc.url",
                parts.jdbcUrl(),
                "quarkus.datasource.username",
                "postgres",
                "quarkus.grpc.clients.inference.test-port",
                port,
                "quarkus.grpc.clients.reward.test-port",
                port,
                "quarkus.grpc.clients.preferences.host",
                "127.0.0.1",
                "quarkus.http.test-port",
                "0",
                "rejoinder.preferences.best-of-n.share",
                "0");
    }

    @Override
    public void stop() {
        if (parts != null) parts.close();
        if (folder != null) delete(folder);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
