package dev.rejoinder.lm.read;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes small GGUF files, well-formed or broken on purpose. */
final class GgufWriter {
    private record Tensor(int type, long[] shape, byte[] data) {}

    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    GgufWriter put(String key, Object value) {
        values.put(key, value);
        return this;
    }

    GgufWriter remove(String key) {
        values.remove(key);
        return this;
    }

    /**
     * @param shape row-major, as Hugging Face has it
     */
    GgufWriter tensor(String name, int[] shape, float[] weights) {
        ByteBuffer data = little(4 * weights.length);
        data.asFloatBuffer().put(weights);
        long[] sizes = new long[shape.length];
        for (int i = 0; i < sizes.length; i++) sizes[i] = shape[i];
        return tensor(name, 0, sizes, data.array());
    }

    GgufWriter tensor(String name, int type, long[] shape, byte[] data) {
        tensors.put(name, new Tensor(type, shape, data));
        return this;
    }

    GgufWriter removeTensor(String name) {
        tensors.remove(name);
        return this;
    }

    Path write(Path file) throws java.io.IOException {
        return Files.write(file, bytes());
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        int32(out, 3);
        int64(out, tensors.size());
        int64(out, values.size());
        values.forEach((key, value) -> {
            string(out, key);
            int32(out, type(value));
            value(out, value);
        });
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            string(out, entry.getKey());
            int32(out, tensor.shape.length);
            for (int i = tensor.shape.length - 1; i >= 0; i--) int64(out, tensor.shape[i]);
            int32(out, tensor.type);
            int64(out, offset);
            offset = aligned(offset + tensor.data.length);
        }
        for (Tensor tensor : tensors.values()) {
            while (out.size() % 32 != 0) out.write(0);
            out.writeBytes(tensor.data);
        }
        return out.toByteArray();
    }

    private static long aligned(long offset) {
        return (offset + 31) / 32 * 32;
    }

    private static int type(Object value) {
        return switch (value) {
            case Integer _ -> 4;
            case Float _ -> 6;
            case Boolean _ -> 7;
            case String _ -> 8;
            case List<?> _ -> 9;
            default -> throw new IllegalArgumentException("no GGUF type for " + value);
        };
    }

    private static void value(ByteArrayOutputStream out, Object value) {
        switch (value) {
            case Integer number -> int32(out, number);
            case Float number -> int32(out, Float.floatToRawIntBits(number));
            case Boolean flag -> out.write(flag ? 1 : 0);
            case String text -> string(out, text);
            case List<?> list -> {
                int32(out, list.isEmpty() ? 8 : type(list.getFirst()));
                int64(out, list.size());
                list.forEach(each -> value(out, each));
            }
            default -> throw new IllegalArgumentException("no GGUF type for " + value);
        }
    }

    private static void string(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int64(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void int32(ByteArrayOutputStream out, int value) {
        out.writeBytes(little(4).putInt(value).array());
    }

    private static void int64(ByteArrayOutputStream out, long value) {
        out.writeBytes(little(8).putLong(value).array());
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
