package dev.rejoinder.inference.recording;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the spool and its form on disk: {@code length:int crc:int | keyLength:int key
 * value}, where length and CRC-32C are those of everything behind the bar.
 *
 * @param key the Kafka record's key
 * @param value the Kafka record's value
 */
public record SpoolEntry(String key, byte[] value) {
    static final int HEADER_BYTES = 2 * Integer.BYTES;

    /** No entry comes near this; a greater length on disk is damage. */
    static final int MAX_BODY_BYTES = 64 << 20;

    ByteBuffer frame() {
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        int body = Integer.BYTES + keyBytes.length + value.length;
        if (body > MAX_BODY_BYTES)
            throw new IllegalArgumentException(
                    "an entry of " + body + " bytes exceeds " + MAX_BODY_BYTES);
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + body);
        frame.position(HEADER_BYTES);
        frame.putInt(keyBytes.length).put(keyBytes).put(value);
        frame.putInt(0, body).putInt(Integer.BYTES, crc(frame.array(), HEADER_BYTES, body));
        return frame.flip();
    }

    /**
     * Reads the entry at the buffer's position and moves behind it; null, with the position
     * unmoved, if what stands there is no whole entry.
     */
    static @Nullable SpoolEntry read(ByteBuffer buffer) {
        int start = buffer.position();
        if (buffer.remaining() < HEADER_BYTES) return null;
        int body = buffer.getInt(start);
        if (body < Integer.BYTES
                || body > MAX_BODY_BYTES
                || buffer.remaining() - HEADER_BYTES < body) return null;
        byte[] bytes = new byte[body];
        buffer.get(start + HEADER_BYTES, bytes);
        if (buffer.getInt(start + Integer.BYTES) != crc(bytes, 0, body)) return null;
        buffer.position(start + HEADER_BYTES + body);
        ByteBuffer content = ByteBuffer.wrap(bytes);
        int keyLength = content.getInt();
        if (keyLength < 0 || keyLength > content.remaining()) return null;
        byte[] value = new byte[content.remaining() - keyLength];
        String key = new String(bytes, Integer.BYTES, keyLength, StandardCharsets.UTF_8);
        content.position(Integer.BYTES + keyLength).get(value);
        return new SpoolEntry(key, value);
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}
