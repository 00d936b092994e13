package dev.rejoinder.lm.read;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file mapped into memory, read in checked slices. Thread-safe until it is closed. */
final class MappedFile implements AutoCloseable {
    private final Path path;
    private final Arena arena;
    private final MemorySegment segment;

    private MappedFile(Path path, Arena arena, MemorySegment segment) {
        this.path = path;
        this.arena = arena;
        this.segment = segment;
    }

    /**
     * @throws UnreadableModelException if there is no such file or it may not be read
     */
    static MappedFile open(Path path) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            var segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new MappedFile(path, arena, segment);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw new UnreadableModelException(
                    path + " cannot be opened (" + e + "); check the path and its permissions", e);
        }
    }

    Path path() {
        return path;
    }

    long size() {
        return segment.byteSize();
    }

    /**
     * Copies bytes out of the file.
     *
     * @throws UnreadableModelException if the file ends before them
     */
    void read(long offset, byte[] target, int length) {
        requireInside(offset, length);
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, target, 0, length);
    }

    /**
     * @throws UnreadableModelException if the file ends before {@code offset + length}
     */
    void requireInside(long offset, long length) {
        requireInside(offset, length, "its header");
    }

    /**
     * @param what lies there, for the message
     * @throws UnreadableModelException if the file ends before {@code offset + length}
     */
    void requireInside(long offset, long length, String what) {
        if (offset < 0 || length < 0 || offset > size() - length) {
            throw new UnreadableModelException(
                    "%s is cut off: it has %d bytes, %s needs %d from byte %d on; fetch it again"
                            .formatted(path, size(), what, length, offset));
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
