package dev.rejoinder.standalone.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What has to hold before anything is started, so that nothing is left half started. */
public final class Preflight {
    /**
     * The base in float32, the heap, Kafka's and PostgreSQL's caches, and a training step's room.
     */
    private static final long MEMORY_MIB = 3072;

    private static final long DISK_MIB = 1024;

    private Preflight() {}

    /**
     * @throws CannotGoOn with what is missing and what to do
     */
    public static void check(DataFolder folder, String host, int port) {
        checkMemory(availableMemoryMib(), MEMORY_MIB);
        checkDisk(folder.create(), DISK_MIB);
        checkAddress(host, port);
    }

    static void checkMemory(long availableMib, long neededMib) {
        if (availableMib < neededMib)
            throw new CannotGoOn(
                    "the platform needs %d MiB of memory and %d MiB are free; close something and try again"
                            .formatted(neededMib, availableMib));
    }

    static void checkDisk(DataFolder folder, long neededMib) {
        try {
            long free = Files.getFileStore(folder.root()).getUsableSpace() >> 20;
            if (free < neededMib)
                throw new CannotGoOn(
                        "the platform needs %d MiB of disk and %s has %d MiB; free some space or choose another folder with --data-dir"
                                .formatted(neededMib, folder.root(), free));
        } catch (IOException e) {
            throw new CannotGoOn("the disk of " + folder.root() + " cannot be read", e);
        }
    }

    static void checkAddress(String host, int port) {
        try {
            InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new CannotGoOn(
                    "\""
                            + host
                            + "\" is no address of this machine; --host takes one, such as 127.0.0.1",
                    e);
        }
        if (!Ports.isFree(host, port))
            throw new CannotGoOn(
                    "port %d of %s is in use; stop what listens there, or choose another with --port"
                            .formatted(port, host));
    }

    /** Whether only this machine can reach the address. */
    public static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** What the kernel would give without swapping; unlimited where it does not say. */
    private static long availableMemoryMib() {
        Path meminfo = Path.of("/proc/meminfo");
        if (!Files.isReadable(meminfo)) return Long.MAX_VALUE;
        try (Stream<String> lines = Files.lines(meminfo)) {
            return lines.filter(l -> l.startsWith("MemAvailable:"))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) >> 10)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }
}
