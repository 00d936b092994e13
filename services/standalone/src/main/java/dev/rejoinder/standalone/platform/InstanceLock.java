package dev.rejoinder.standalone.platform;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;

/**
 * One process per data folder. The operating system drops the lock when the process dies, however
 * it dies, so a stale lock cannot exist.
 */
final class InstanceLock implements AutoCloseable {
    private final FileChannel channel;

    private InstanceLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @throws CannotGoOn if another process has the folder
     */
    static InstanceLock take(DataFolder folder) {
        try {
            FileChannel channel =
                    FileChannel.open(
                            folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw inUse(folder);
            }
            return new InstanceLock(channel);
        } catch (IOException e) {
            throw new CannotGoOn(
                    "the data folder "
                            + folder.root()
                            + " cannot be locked ("
                            + e.getMessage()
                            + "); choose another with --data-dir",
                    e);
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static CannotGoOn inUse(DataFolder folder) {
        String who =
                PlatformRecord.read(folder)
                        .map(r -> " (process " + r.pid() + ", " + r.url() + ")")
                        .orElse("");
        return new CannotGoOn(
                "another platform runs on "
                        + folder.root()
                        + who
                        + "; stop it with ./rejoinder down, or choose another folder with --data-dir");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("the lock file does not close", e);
        }
    }
}
