package dev.rejoinder.inference.recording;

import dev.rejoinder.kernel.log.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends to the newest segment. After a failed write or sync the segment is never touched again
 * (the kernel may have dropped its pages): the next batch opens a new one.
 */
final class SpoolWriter implements AutoCloseable {
    private static final Log LOG = Log.of(SpoolWriter.class);

    private final Path folder;
    private final long segmentBytes;
    private @Nullable FileChannel channel;
    private long segmentStart;
    private long end;

    /**
     * @param end position of the first byte to write
     * @param segmentBytes size at which a new segment begins
     */
    SpoolWriter(Path folder, long end, long segmentBytes) {
        this.folder = folder;
        this.end = end;
        this.segmentStart = end;
        this.segmentBytes = segmentBytes;
    }

    /** Position behind the last durable byte. */
    long end() {
        return end;
    }

    /** Writes the frames and returns when they are on disk. */
    void append(List<ByteBuffer> frames) throws IOException {
        FileChannel open = channel;
        if (open == null || end - segmentStart >= segmentBytes) open = roll();
        try {
            long bytes = 0;
            for (ByteBuffer frame : frames) {
                bytes += frame.remaining();
                while (frame.hasRemaining()) open.write(frame);
            }
            open.force(false);
            end += bytes;
        } catch (IOException e) {
            giveUp(open);
            throw e;
        }
    }

    private FileChannel roll() throws IOException {
        if (channel != null) channel.close();
        channel = null;
        FileChannel fresh =
                FileChannel.open(
                        Segment.at(folder, end).file(),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
        // The entry in the folder must survive a power cut as well as the file's bytes.
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
        segmentStart = end;
        channel = fresh;
        return fresh;
    }

    private void giveUp(FileChannel broken) {
        channel = null;
        long durable = end;
        // Positions must not be used twice, whatever part of the batch reached the file.
        end += SpoolEntry.MAX_BODY_BYTES;
        try (broken) {
            broken.truncate(durable - segmentStart);
        } catch (IOException e) {
            LOG.warn("a broken spool segment could not be cut", "reason", e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) channel.close();
        channel = null;
    }
}
