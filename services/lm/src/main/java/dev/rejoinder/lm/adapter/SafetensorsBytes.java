package dev.rejoinder.lm.adapter;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.lm.adapter.AdapterTensors.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SequencedMap;

/** F32 tensors as safetensors; the same tensors and metadata give the same bytes. */
final class SafetensorsBytes {
    private static final int ALIGNMENT = 8;

    private SafetensorsBytes() {}

    /**
     * @param metadata beside {@code format}, in the order in which it is written
     */
    static byte[] of(AdapterTensors adapter, SequencedMap<String, String> metadata) {
        var json = new ObjectMapper();
        ObjectNode header = json.createObjectNode();
        ObjectNode about = header.putObject("__metadata__").put("format", "pt");
        metadata.forEach(about::put);
        long offset = 0;
        for (var entry : adapter.tensors().entrySet()) {
            Tensor tensor = entry.getValue();
            long end = offset + (long) tensor.values().length * Float.BYTES;
            ObjectNode node = header.putObject(entry.getKey()).put("dtype", "F32");
            node.putArray("shape").add(tensor.rows()).add(tensor.columns());
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        try {
            return bytes(json.writeValueAsString(header), adapter, offset);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String header, AdapterTensors adapter, long size)
            throws IOException {
        int padding = Math.floorMod(-header.length(), ALIGNMENT);
        byte[] text = (header + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream(Math.toIntExact(Long.BYTES + text.length + size));
        out.write(little(Long.BYTES).putLong(text.length).array());
        out.write(text);
        for (Tensor tensor : adapter.tensors().values()) {
            ByteBuffer values = little(tensor.values().length * Float.BYTES);
            values.asFloatBuffer().put(tensor.values());
            out.write(values.array());
        }
        return out.toByteArray();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
