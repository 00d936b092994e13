package dev.rejoinder.lm.read;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads a GGUF's header from front to back; every length is checked against the file first. */
final class GgufCursor {
    /** No known model nests arrays at all; deeper is a damaged file. */
    private static final int DEEPEST_ARRAY = 2;

    private static final int WINDOW = 1 << 16;

    private final MappedFile file;
    private final byte[] window = new byte[WINDOW];
    private final ByteBuffer buffer = ByteBuffer.wrap(window).order(ByteOrder.LITTLE_ENDIAN);
    private long windowEnd;

    GgufCursor(MappedFile file) {
        this.file = file;
        buffer.limit(0);
    }

    long position() {
        return windowEnd - buffer.remaining();
    }

    int int32() {
        return need(Integer.BYTES).getInt();
    }

    long int64() {
        return need(Long.BYTES).getLong();
    }

    /** A number of things that take at least {@code least} bytes each. */
    int count(int least, String what) {
        long count = int64();
        if (count < 0 || count > (file.size() - position()) / least) {
            throw new UnreadableModelException(
                    "%s is cut off or damaged: it announces %d %s; fetch it again"
                            .formatted(file.path(), count, what));
        }
        return (int) count;
    }

    String string() {
        int length = count(1, "bytes of text");
        byte[] bytes = new byte[length];
        int copied = Math.min(length, buffer.remaining());
        buffer.get(bytes, 0, copied);
        if (copied < length) {
            byte[] rest = new byte[length - copied];
            file.read(windowEnd, rest, rest.length);
            System.arraycopy(rest, 0, bytes, copied, rest.length);
            windowEnd += rest.length;
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A metadata value: Long, Double, Boolean, String, or a List of those. */
    Object value() {
        return value(int32(), 0);
    }

    private Object value(int type, int depth) {
        return switch (type) {
            case 0 -> (long) Byte.toUnsignedInt(need(1).get());
            case 1 -> (long) need(1).get();
            case 2 -> (long) Short.toUnsignedInt(need(2).getShort());
            case 3 -> (long) need(2).getShort();
            case 4 -> Integer.toUnsignedLong(int32());
            case 5 -> (long) int32();
            case 6 -> (double) need(4).getFloat();
            case 7 -> need(1).get() != 0;
            case 8 -> string();
            case 9 -> array(depth + 1);
            case 10, 11 -> int64();
            case 12 -> need(8).getDouble();
            default ->
                    throw new UnreadableModelException(
                            "%s is damaged: metadata type %d at byte %d is unknown; fetch it again"
                                    .formatted(file.path(), type, position()));
        };
    }

    private List<Object> array(int depth) {
        if (depth > DEEPEST_ARRAY) {
            throw new UnreadableModelException(
                    file.path() + " is damaged: its arrays are nested; fetch it again");
        }
        int type = int32();
        int count = count(1, "array elements");
        List<Object> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) values.add(value(type, depth));
        return values;
    }

    private ByteBuffer need(int bytes) {
        if (buffer.remaining() < bytes) {
            long start = position();
            file.requireInside(start, bytes);
            int length = (int) Math.min(WINDOW, file.size() - start);
            file.read(start, window, length);
            buffer.position(0).limit(length);
            windowEnd = start + length;
        }
        return buffer;
    }
}
