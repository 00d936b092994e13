package dev.rejoinder.testkit.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Writes float32 tensors as a safetensors file. */
public final class SafetensorsWriter {
    private SafetensorsWriter() {}

    /**
     * @param shapes and weights of the same names
     */
    public static void write(Path file, Map<String, int[]> shapes, Map<String, float[]> weights)
            throws IOException {
        StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
        long offset = 0;
        for (Map.Entry<String, float[]> tensor : weights.entrySet()) {
            long end = offset + 4L * tensor.getValue().length;
            header.append(",\"%s\":".formatted(tensor.getKey()))
                    .append("{\"dtype\":\"F32\",\"shape\":")
                    .append(Arrays.toString(shapes.get(tensor.getKey())))
                    .append(",\"data_offsets\":[%d,%d]}".formatted(offset, end));
            offset = end;
        }
        header.append('}');
        while (header.length() % 8 != 0) header.append(' ');
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(8 + json.length + offset))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        for (float[] tensor : weights.values()) {
            bytes.asFloatBuffer().put(tensor);
            bytes.position(bytes.position() + 4 * tensor.length);
        }
        Files.write(file, bytes.array());
    }
}
