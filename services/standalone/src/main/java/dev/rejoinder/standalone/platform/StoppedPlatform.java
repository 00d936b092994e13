package dev.rejoinder.standalone.platform;

import dev.rejoinder.testkit.postgres.PostgresServer;
import java.nio.file.Files;
import org.jdbi.v3.core.Jdbi;

/**
 * What a platform kept, read while it does not run: its PostgreSQL alone is up for as long as this
 * is open, and no platform starts on the folder meanwhile.
 */
public final class StoppedPlatform implements AutoCloseable {
    private final InstanceLock lock;
    private final PostgresServer postgres;
    private final Thread end = new Thread(this::stop, "stopped-platform-end");
    private boolean stopped;

    private StoppedPlatform(InstanceLock lock, PostgresServer postgres) {
        this.lock = lock;
        this.postgres = postgres;
    }

    /**
     * @throws CannotGoOn if nothing was kept on the folder, or a platform has it
     */
    public static StoppedPlatform open(DataFolder folder) {
        if (!Files.exists(folder.postgres().resolve("PG_VERSION")))
            throw new CannotGoOn(
                    "no platform has run on "
                            + folder.root()
                            + "; start one with ./rejoinder up, or name its folder with --data-dir");
        InstanceLock lock = InstanceLock.take(folder);
        try {
            PostgresProcess.stop(folder);
            StoppedPlatform open =
                    new StoppedPlatform(
                            lock, Infrastructure.startPostgres(folder, Ports.of(folder)));
            // The server is a process of its own: an interrupted command would leave it running.
            Runtime.getRuntime().addShutdownHook(open.end);
            return open;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** The rows of every service, in its own schema. */
    public Jdbi database() {
        return Jdbi.create(postgres.jdbcUrl());
    }

    private synchronized void stop() {
        if (stopped) return;
        stopped = true;
        try (lock) {
            postgres.close();
        }
    }

    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException e) {
            // The hook runs already, and finds nothing left to do.
            return;
        }
    }
}
