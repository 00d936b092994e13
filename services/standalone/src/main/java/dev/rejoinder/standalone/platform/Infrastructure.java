package dev.rejoinder.standalone.platform;

import dev.rejoinder.testkit.kafka.EmbeddedKafka;
import dev.rejoinder.testkit.postgres.PostgresServer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The real Kafka broker and the real PostgreSQL server of a platform, started before the services
 * and stopped after them.
 */
final class Infrastructure implements AutoCloseable {
    private final EmbeddedKafka kafka;
    private final PostgresServer postgres;

    private Infrastructure(EmbeddedKafka kafka, PostgresServer postgres) {
        this.kafka = kafka;
        this.postgres = postgres;
    }

    /** Starts both on the folder's data; ends what is left of a platform that was killed. */
    static Infrastructure start(DataFolder folder) {
        PostgresProcess.stop(folder);
        Ports ports = Ports.of(folder);
        PostgresServer postgres = startPostgres(folder, ports);
        try {
            return new Infrastructure(EmbeddedKafka.start(folder.kafka(), ports.kafka()), postgres);
        } catch (RuntimeException e) {
            postgres.close();
            throw new CannotGoOn(
                    "the embedded Kafka does not start on "
                            + folder.kafka()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    static PostgresServer startPostgres(DataFolder folder, Ports ports) {
        try {
            return PostgresServer.start(folder.postgres(), ports.postgres());
        } catch (RuntimeException e) {
            throw new CannotGoOn(
                    "the embedded PostgreSQL does not start on "
                            + folder.postgres()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    String kafkaAddress() {
        return kafka.bootstrapServers();
    }

    /** Configuration that points every service here. */
    Map<String, String> configuration() {
        Map<String, String> configuration = new LinkedHashMap<>();
        configuration.put("rejoinder.kafka.bootstrap-servers", kafka.bootstrapServers());
        configuration.put("quarkus.datasource.jdbc.url", postgres.jdbcUrl());
        configuration.put("quarkus.datasource.username", "postgres");
        return configuration;
    }

    @Override
    public void close() {
        try {
            kafka.close();
        } finally {
            postgres.close();
        }
    }
}
