package dev.rejoinder.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Memory of this process as Linux counts it. */
public final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    /** Writing {@code 5} makes the peak begin again at the present size: proc(5). */
    private static final Path FORGET = Path.of("/proc/self/clear_refs");

    private static final long KIB = 1024;

    private ProcessMemory() {}

    /** Bytes in memory now. */
    public static long residentBytes() {
        return kibibytes("VmRSS:") * KIB;
    }

    /**
     * Bytes that belong to this process alone and are backed by no file, in memory or swapped out:
     * what it allocated, and the Java heap.
     */
    public static long anonymousBytes() {
        return (kibibytes("RssAnon:") + kibibytes("VmSwap:")) * KIB;
    }

    /** Most MiB in memory since the process began or {@link #forgetPeak}. */
    static double peakMebibytes() {
        return kibibytes("VmHWM:") / (double) KIB;
    }

    /** Lets the peak begin again; false where the system does not allow it. */
    static boolean forgetPeak() {
        try {
            Files.writeString(FORGET, "5", StandardOpenOption.WRITE);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static long kibibytes(String name) {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(l -> l.startsWith(name))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(STATUS + " has no " + name));
        } catch (IOException e) {
            throw new IllegalStateException(STATUS + " cannot be read; this needs Linux", e);
        }
    }
}
