package dev.rejoinder.lm.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Temporary folders of a fetch. */
final class Folders {
    private Folders() {}

    /** As much as can be deleted: what stays is named as temporary and does no harm. */
    static void deleteQuietly(Path folder) {
        for (Path path : walk(folder).sorted(Comparator.reverseOrder()).toList()) {
            path.toFile().delete();
        }
    }

    static long bytesIn(Path folder) {
        return walk(folder).mapToLong(path -> path.toFile().length()).sum();
    }

    /** Everything below and the folder itself; files may come and go meanwhile. */
    private static Stream<Path> walk(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.toList().stream();
        } catch (IOException | UncheckedIOException e) {
            return Stream.<Path>empty();
        }
    }

    static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is going down and runs the hook itself.
        }
    }
}
