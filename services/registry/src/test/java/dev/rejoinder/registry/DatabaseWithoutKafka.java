package dev.rejoinder.registry;

import dev.rejoinder.testkit.postgres.PostgresServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;

/** A database, and a Kafka address where nobody answers. */
public final class DatabaseWithoutKafka implements QuarkusTestResourceLifecycleManager {
    private PostgresServer postgres;

    @Override
    public Map<String, String> start() {
        postgres = PostgresServer.temporary();
        return Map.of(
                "quarkus.datasource.jdbc.url",
                postgres.jdbcUrl(),
                "rejoinder.kafka.bootstrap-servers",
                "127.0.0.1:" + unusedPort(),
                "rejoinder.instance",
                "the-test",
                "quarkus.http.test-port",
                "0");
    }

    @Override
    public void stop() {
        postgres.close();
    }

    private static int unusedPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
