package dev.rejoinder.inference.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * One file of the spool. Its name is the spool position of its first byte, so that positions go on
 * growing over all segments.
 */
record Segment(Path file, long start) {
    private static final String SUFFIX = ".spool";

    static Segment at(Path folder, long start) {
        return new Segment(folder.resolve("%020d%s".formatted(start, SUFFIX)), start);
    }

    /** Those of a folder, oldest first. */
    static List<Segment> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().endsWith(SUFFIX))
                    .map(Segment::named)
                    .sorted(Comparator.comparingLong(Segment::start))
                    .toList();
        }
    }

    private static Segment named(Path file) {
        String name = file.getFileName().toString();
        return new Segment(
                file, Long.parseLong(name.substring(0, name.length() - SUFFIX.length())));
    }

    long bytes() throws IOException {
        return Files.size(file);
    }

    long end() throws IOException {
        return start + bytes();
    }

    /**
     * Whole entries from a position on, until one is cut off or damaged.
     *
     * @param end position not to read beyond
     * @param maxBytes stop after so many bytes, but give one entry at least
     */
    Read read(long position, long end, long maxBytes) throws IOException {
        List<SpoolEntry> entries = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long limit = Math.min(end - start, channel.size());
            long at = position - start;
            while (at < limit && at - (position - start) < maxBytes) {
                ByteBuffer header = readAt(channel, at, SpoolEntry.HEADER_BYTES, limit);
                long size =
                        header.remaining() < SpoolEntry.HEADER_BYTES
                                ? limit - at
                                : SpoolEntry.HEADER_BYTES + (long) header.getInt(0);
                if (size < SpoolEntry.HEADER_BYTES || size > limit - at) break;
                SpoolEntry entry = SpoolEntry.read(readAt(channel, at, (int) size, limit));
                if (entry == null) break;
                entries.add(entry);
                at += size;
            }
            return new Read(entries, start + at, start + limit);
        }
    }

    private static ByteBuffer readAt(FileChannel channel, long at, int bytes, long limit)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(bytes, limit - at));
        while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {}
        return buffer.flip();
    }

    /**
     * @param end position behind the last whole entry
     * @param limit position where reading had to stop; an {@code end} before it that was not caused
     *     by {@code maxBytes} is damage
     */
    record Read(List<SpoolEntry> entries, long end, long limit) {}
}
