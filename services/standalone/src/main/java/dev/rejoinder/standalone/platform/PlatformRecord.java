package dev.rejoinder.standalone.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;

/**
 * How to reach the platform that runs on a data folder; lies there as {@code platform.json} while
 * it runs.
 *
 * @param pid its process
 * @param host the address it listens on
 * @param port REST and gRPC
 * @param kafka {@code host:port} of its broker
 * @param startedAt ISO-8601
 */
public record PlatformRecord(long pid, String host, int port, String kafka, String startedAt) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Where a client on this machine reaches it. */
    public String url() {
        return "http://" + reachableHost() + ":" + port;
    }

    /** The address itself, or loopback for "every address". */
    public String reachableHost() {
        return host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    }

    /**
     * The record of the folder, where the process that wrote it lives. A process id may have been
     * given to somebody else since; such a process began after the record was written.
     */
    public static Optional<PlatformRecord> read(DataFolder folder) {
        try {
            PlatformRecord found =
                    JSON.readValue(Files.readAllBytes(folder.record()), PlatformRecord.class);
            return ProcessHandle.of(found.pid())
                    .filter(ProcessHandle::isAlive)
                    .filter(p -> found.mayBeOf(p.info()))
                    .map(p -> found);
        } catch (IOException e) {
            // Absent, or half gone with its process: nobody to reach.
            return Optional.empty();
        }
    }

    private boolean mayBeOf(ProcessHandle.Info process) {
        Instant written = Instant.parse(startedAt);
        return process.startInstant().map(began -> !began.isAfter(written)).orElse(true);
    }

    void write(DataFolder folder) {
        Path partial = folder.root().resolve("platform.json.part");
        try {
            Files.write(partial, JSON.writeValueAsBytes(this));
            Files.move(partial, folder.record(), StandardCopyOption.ATOMIC_MOVE);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of plain values is always JSON", e);
        } catch (IOException e) {
            throw new CannotGoOn("the data folder " + folder.root() + " cannot be written", e);
        }
    }

    static void remove(DataFolder folder) {
        try {
            Files.deleteIfExists(folder.record());
        } catch (IOException e) {
            throw new CannotGoOn("the data folder " + folder.root() + " cannot be written", e);
        }
    }
}
