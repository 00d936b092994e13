package dev.rejoinder.testkit.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * A real PostgreSQL server as a child process on loopback; the data folder is kept between starts.
 */
public final class PostgresServer implements AutoCloseable {
    private final EmbeddedPostgres server;

    private PostgresServer(EmbeddedPostgres server) {
        this.server = server;
    }

    /**
     * Starts on a data folder that outlives the server. Only {@link #close} stops it: a process
     * that is told to end has to write its last rows first.
     */
    public static PostgresServer start(Path folder, int port) {
        return start(
                EmbeddedPostgres.builder()
                        .setRegisterShutdownHook(false)
                        .setDataDirectory(folder.toAbsolutePath())
                        .setCleanDataDirectory(false)
                        .setPort(port)
                        // The library turns both off for tests; here rows have to survive a power
                        // cut.
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on"));
    }

    /** Starts on a fresh folder and a free port, for tests. */
    public static PostgresServer temporary() {
        return start(EmbeddedPostgres.builder());
    }

    private static PostgresServer start(EmbeddedPostgres.Builder builder) {
        try {
            // Durability is the point of a database; only the planner's extras are turned down.
            return new PostgresServer(
                    builder.setServerConfig("max_connections", "60")
                            .setServerConfig("shared_buffers", "32MB")
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL did not start", e);
        }
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres?user=postgres";
    }

    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL did not stop", e);
        }
    }
}
