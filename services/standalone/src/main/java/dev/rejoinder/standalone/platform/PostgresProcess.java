package dev.rejoinder.standalone.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The PostgreSQL server of a data folder, whose process id stands in {@code postmaster.pid}. It
 * outlives its platform when that is killed with SIGKILL; whoever holds the folder's lock may end
 * it.
 */
public final class PostgresProcess {
    private static final long PATIENCE_SECONDS = 15;

    private PostgresProcess() {}

    /**
     * Ends what a killed platform left.
     *
     * @return whether nobody holds the folder; if somebody does, its server is theirs
     */
    public static boolean stopWhereNobodyRuns(DataFolder folder) {
        if (find(folder).isEmpty()) return true;
        try (InstanceLock lock = InstanceLock.take(folder)) {
            stop(folder);
            return true;
        } catch (CannotGoOn e) {
            return false;
        }
    }

    /** Ends the server on the folder's data, where one is left; does nothing otherwise. */
    static void stop(DataFolder folder) {
        find(folder).ifPresent(PostgresProcess::end);
    }

    /** The server on the folder's data, where one runs. */
    public static Optional<ProcessHandle> find(DataFolder folder) {
        Path file = folder.postgres().resolve("postmaster.pid");
        try {
            List<String> lines = Files.readAllLines(file);
            if (lines.size() < 2 || !lines.get(1).strip().equals(folder.postgres().toString()))
                return Optional.empty();
            return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                    .filter(PostgresProcess::isPostgres);
        } catch (IOException | NumberFormatException e) {
            // No such file: it was shut down properly, or never ran.
            return Optional.empty();
        }
    }

    /** A process id may have been given to somebody else since. */
    private static boolean isPostgres(ProcessHandle process) {
        return process.info().command().map(c -> c.contains("postgres")).orElse(false);
    }

    private static void end(ProcessHandle process) {
        process.destroy();
        try {
            process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
