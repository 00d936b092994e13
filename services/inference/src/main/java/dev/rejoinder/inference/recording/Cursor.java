package dev.rejoinder.inference.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The spool position up to which Kafka has acknowledged everything, kept in a small file that is
 * replaced atomically. A crash between Kafka's acknowledgement and the replacement sends the same
 * events again, with the same event ids: readers take an id once.
 */
final class Cursor {
    private static final int FILE_BYTES = Long.BYTES + Integer.BYTES;

    private final Path file;
    private long position;

    Cursor(Path file) throws IOException {
        this.file = file;
        this.position = Files.exists(file) ? read(Files.readAllBytes(file)) : 0;
    }

    /** A damaged cursor counts as none: sending again is harmless, skipping is not. */
    private static long read(byte[] bytes) {
        if (bytes.length != FILE_BYTES) return 0;
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long position = buffer.getLong();
        return buffer.getInt() == crc(bytes) ? position : 0;
    }

    long position() {
        return position;
    }

    void advance(long to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(FILE_BYTES).putLong(to);
        buffer.putInt(crc(buffer.array())).flip();
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (FileChannel channel =
                FileChannel.open(
                        next,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            while (buffer.hasRemaining()) channel.write(buffer);
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        position = to;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, Long.BYTES);
        return (int) crc.getValue();
    }
}
