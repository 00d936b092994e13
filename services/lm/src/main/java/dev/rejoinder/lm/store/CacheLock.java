package dev.rejoinder.lm.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Held while a model is fetched, so that neither two threads nor two processes fetch at once. The
 * file stays: deleting it would let two processes hold two locks of one name.
 */
final class CacheLock implements AutoCloseable {
    /** A process cannot lock a file twice, so its threads queue here first. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private final FileChannel channel;

    private CacheLock(FileChannel channel) {
        this.channel = channel;
    }

    static CacheLock acquire(Path cache, Progress progress)
            throws IOException, InterruptedException {
        THREADS.lockInterruptibly();
        try {
            FileChannel channel =
                    FileChannel.open(
                            cache.resolve(".lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                progress.noted("another process is fetching a model, waiting for it");
                channel.lock();
            }
            return new CacheLock(channel);
        } catch (IOException | RuntimeException e) {
            THREADS.unlock();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            THREADS.unlock();
        }
    }
}
