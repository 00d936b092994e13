package dev.rejoinder.inference.recording;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.kernel.log.Log;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A queue on disk between chats and Kafka.
 *
 * <ul>
 *   <li>What {@link #append} has completed survives a kill and a power cut: one thread writes all
 *       entries that wait and syncs once for all of them (group commit).
 *   <li>What Kafka has not acknowledged is read again after a restart, in order. An entry may thus
 *       reach Kafka twice; its event id is the same both times.
 *   <li>Its size is bounded: {@link #hasRoom()} turns false and new chats are refused, rather than
 *       forgetting old turns.
 * </ul>
 *
 * Reading and acknowledging belong to one thread.
 */
public final class Spool implements AutoCloseable {
    private static final Log LOG = Log.of(Spool.class);
    private static final long SEGMENT_BYTES = 16 << 20;

    private final Path folder;
    private final long maxBytes;
    private final FolderLock lock;
    private final Cursor cursor;
    private final SpoolWriter writer;
    private final LinkedBlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
    private final AtomicLong pendingEntries;
    private final Thread committer;
    private volatile long durableEnd;
    private volatile long acknowledged;
    private volatile boolean closed;

    private record Waiting(ByteBuffer frame, CompletableFuture<Void> durable) {
        static final Waiting END = new Waiting(ByteBuffer.allocate(0), new CompletableFuture<>());
    }

    private Spool(Path folder, long maxBytes, long segmentBytes, FolderLock lock)
            throws IOException {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.lock = lock;
        this.cursor = new Cursor(folder.resolve("cursor"));
        SpoolRecovery found = SpoolRecovery.of(folder, cursor.position());
        this.writer = new SpoolWriter(folder, found.end(), segmentBytes);
        this.pendingEntries = new AtomicLong(found.pending());
        this.durableEnd = found.end();
        this.acknowledged = cursor.position();
        this.committer = Thread.ofPlatform().name("spool").daemon(true).start(this::commit);
        if (found.pending() > 0)
            LOG.info("the spool holds turns that Kafka has not got yet", "count", found.pending());
    }

    /**
     * Opens the spool in a folder, made if missing.
     *
     * @param maxBytes most bytes that wait for Kafka before {@link #hasRoom()} turns false
     * @throws IllegalStateException if another process has the folder
     */
    public static Spool open(Path folder, long maxBytes) {
        return open(folder, maxBytes, SEGMENT_BYTES);
    }

    static Spool open(Path folder, long maxBytes, long segmentBytes) {
        try {
            Files.createDirectories(folder);
            FolderLock lock = FolderLock.take(folder);
            try {
                return new Spool(folder, maxBytes, segmentBytes, lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the spool in " + folder + " cannot be opened", e);
        }
    }

    /**
     * Takes an entry; the future completes when it is on disk, exceptionally if it cannot be
     * written. Never blocks. Callbacks run on the spool's thread and must not block it.
     */
    public CompletableFuture<Void> append(SpoolEntry entry) {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        waiting.add(new Waiting(entry.frame(), durable));
        if (closed && !committer.isAlive()) failRest();
        return durable;
    }

    /** Whether new chats may begin; those under way are still taken when it is false. */
    public boolean hasRoom() {
        return pendingBytes() < maxBytes;
    }

    public long maxBytes() {
        return maxBytes;
    }

    /** Bytes on disk that Kafka has not acknowledged. */
    public long pendingBytes() {
        return Math.max(0, durableEnd - acknowledged);
    }

    /** Entries on disk that Kafka has not acknowledged. */
    public long pendingEntries() {
        return pendingEntries.get();
    }

    private void commit() {
        List<Waiting> batch = new ArrayList<>();
        while (true) {
            try {
                batch.clear();
                batch.add(waiting.take());
                waiting.drainTo(batch);
            } catch (InterruptedException e) {
                continue;
            }
            boolean end = batch.removeIf(w -> w == Waiting.END);
            if (!batch.isEmpty()) write(batch);
            if (end) return;
        }
    }

    private void write(List<Waiting> batch) {
        try {
            writer.append(batch.stream().map(Waiting::frame).toList());
            durableEnd = writer.end();
            pendingEntries.addAndGet(batch.size());
            batch.forEach(w -> w.durable().complete(null));
        } catch (IOException e) {
            LOG.error("turns could not be written to the spool", e, "count", batch.size());
            batch.forEach(w -> w.durable().completeExceptionally(e));
        }
    }

    private void failRest() {
        List<Waiting> rest = new ArrayList<>();
        waiting.drainTo(rest);
        IOException reason = new IOException("the spool is closed");
        rest.forEach(w -> w.durable().completeExceptionally(reason));
    }

    /**
     * The oldest entries that Kafka has not acknowledged, in order; empty if there are none.
     *
     * @param maxBytes about how many; one entry at least
     */
    public Batch read(long maxBytes) {
        try {
            long position = cursor.position();
            long end = durableEnd;
            List<Segment> segments = Segment.in(folder);
            for (int i = 0; i < segments.size() && position < end; i++) {
                boolean last = i == segments.size() - 1;
                long next = last ? end : segments.get(i + 1).start();
                if (next <= position) continue;
                Segment segment = segments.get(i);
                position = Math.max(position, segment.start());
                Segment.Read read = segment.read(position, Math.min(next, end), maxBytes);
                if (!read.entries().isEmpty()) return new Batch(read.entries(), read.end());
                position = next;
            }
            return new Batch(List.of(), cursor.position());
        } catch (IOException e) {
            throw new UncheckedIOException("the spool in " + folder + " cannot be read", e);
        }
    }

    /** Kafka has the batch: the cursor moves behind it and segments before it are deleted. */
    public void acknowledge(Batch batch) {
        try {
            cursor.advance(batch.end());
            acknowledged = batch.end();
            pendingEntries.addAndGet(-batch.entries().size());
            List<Segment> segments = Segment.in(folder);
            for (int i = 0; i + 1 < segments.size(); i++)
                if (segments.get(i + 1).start() <= batch.end())
                    Files.delete(segments.get(i).file());
        } catch (IOException e) {
            throw new UncheckedIOException("the spool's cursor cannot be advanced", e);
        }
    }

    /**
     * Keeps an entry that Kafka will never take, as a file of its own that an operator can look at.
     *
     * @return where it lies now
     */
    public Path setAside(SpoolEntry entry) {
        try {
            Path aside = Files.createDirectories(folder.resolve("set-aside"));
            Path file =
                    aside.resolve(Digests.id("set-aside", entry.key()) + "-" + cursor.position());
            Files.write(file, entry.value());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("a turn cannot be set aside in " + folder, e);
        }
    }

    /** Writes what waits, then gives the folder free. */
    @Override
    public void close() {
        closed = true;
        waiting.add(Waiting.END);
        try {
            committer.join();
            failRest();
            writer.close();
            lock.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException("the spool did not close cleanly", e);
        }
    }

    /**
     * Entries to send.
     *
     * @param end position behind the last of them
     */
    public record Batch(List<SpoolEntry> entries, long end) {
        public Batch {
            entries = List.copyOf(entries);
        }
    }
}
