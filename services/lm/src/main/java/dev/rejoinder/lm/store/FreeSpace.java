package dev.rejoinder.lm.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Refuses to fill a disk up. */
final class FreeSpace {
    /** Left over for everything else that writes meanwhile. */
    private static final long RESERVE_BYTES = 64L << 20;

    private FreeSpace() {}

    /**
     * @param bytes about to be written beside the file; less than 0 if unknown
     * @throws IOException if the disk has no room for them
     */
    static void require(Path file, long bytes) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        long free = Files.getFileStore(folder).getUsableSpace();
        if (bytes > free - RESERVE_BYTES) {
            throw new IOException(
                    "%d MiB are needed in %s and %d are free; make room or set REJOINDER_CACHE"
                            .formatted((bytes + RESERVE_BYTES) >> 20, folder, free >> 20));
        }
    }
}
