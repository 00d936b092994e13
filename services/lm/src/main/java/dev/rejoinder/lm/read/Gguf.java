package dev.rejoinder.lm.read;

import dev.rejoinder.lm.read.dequant.BF16;
import dev.rejoinder.lm.read.dequant.Dequantizer;
import dev.rejoinder.lm.read.dequant.F16;
import dev.rejoinder.lm.read.dequant.F32;
import dev.rejoinder.lm.read.dequant.Q4_0;
import dev.rejoinder.lm.read.dequant.Q4_1;
import dev.rejoinder.lm.read.dequant.Q4_K;
import dev.rejoinder.lm.read.dequant.Q5_K;
import dev.rejoinder.lm.read.dequant.Q6_K;
import dev.rejoinder.lm.read.dequant.Q8_0;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A GGUF file, versions 2 and 3, little-endian: key-values and tensors under the names and in the
 * layout of llama.cpp.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">the format</a>
 */
final class Gguf implements AutoCloseable {
    private static final int MAGIC = 0x46554747; // "GGUF"

    /** ggml's type numbers. */
    private static final Map<Integer, Dequantizer> FORMATS =
            Map.ofEntries(
                    Map.entry(0, new F32()),
                    Map.entry(1, new F16()),
                    Map.entry(2, new Q4_0()),
                    Map.entry(3, new Q4_1()),
                    Map.entry(8, new Q8_0()),
                    Map.entry(12, new Q4_K()),
                    Map.entry(13, new Q5_K()),
                    Map.entry(14, new Q6_K()),
                    Map.entry(30, new BF16()));

    private final MappedFile file;
    private final GgufMetadata metadata;
    private final Map<String, StoredTensor> tensors;

    private Gguf(MappedFile file, GgufMetadata metadata, Map<String, StoredTensor> tensors) {
        this.file = file;
        this.metadata = metadata;
        this.tensors = tensors;
    }

    /**
     * Reads the header; weights stay in the file.
     *
     * @throws UnreadableModelException if it is no GGUF, cut off, or uses an unknown format
     */
    static Gguf open(Path path) {
        MappedFile file = MappedFile.open(path);
        try {
            return read(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static Gguf read(MappedFile file) {
        GgufCursor cursor = new GgufCursor(file);
        if (cursor.int32() != MAGIC) {
            throw new UnreadableModelException(
                    file.path() + " is no GGUF file: it does not start with GGUF; check the path");
        }
        int version = cursor.int32();
        if (version != 2 && version != 3) {
            throw new UnreadableModelException(
                    "%s is GGUF version %d; 2 and 3 are read: convert it with a current llama.cpp"
                            .formatted(file.path(), version));
        }
        int tensorCount = cursor.count(24, "tensors");
        int valueCount = cursor.count(13, "metadata values");
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < valueCount; i++) values.put(cursor.string(), cursor.value());
        GgufMetadata metadata = new GgufMetadata(file.path(), values);
        return new Gguf(file, metadata, readTensors(file, cursor, metadata, tensorCount));
    }

    private static Map<String, StoredTensor> readTensors(
            MappedFile file, GgufCursor cursor, GgufMetadata metadata, int count) {
        record Entry(String name, long[] shape, int type, long offset) {}
        Entry[] entries = new Entry[count];
        for (int i = 0; i < count; i++) {
            entries[i] =
                    new Entry(cursor.string(), shape(file, cursor), cursor.int32(), cursor.int64());
        }
        int alignment = metadata.optionalInteger("general.alignment").orElse(32);
        if (alignment == 0) alignment = 1;
        long data = (cursor.position() + alignment - 1) / alignment * alignment;
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (Entry entry : entries) {
            Dequantizer format = format(file.path(), entry.name, entry.type);
            long offset = entry.offset < 0 ? -1 : data + entry.offset;
            tensors.put(
                    entry.name, new StoredTensor(file, entry.name, entry.shape, format, offset));
        }
        return tensors;
    }

    /** GGUF lists the neighbours' dimension first; here it is last. */
    private static long[] shape(MappedFile file, GgufCursor cursor) {
        int dimensions = cursor.int32();
        if (dimensions < 1 || dimensions > 4) {
            throw new UnreadableModelException(
                    "%s is damaged: a tensor has %d dimensions; fetch it again"
                            .formatted(file.path(), dimensions));
        }
        long[] shape = new long[dimensions];
        for (int i = dimensions - 1; i >= 0; i--) shape[i] = cursor.int64();
        return shape;
    }

    private static Dequantizer format(Path path, String tensor, int type) {
        Dequantizer format = FORMATS.get(type);
        if (format != null) return format;
        throw new UnreadableModelException(
                "%s: tensor %s is of ggml type %d; use a file of %s"
                        .formatted(path, tensor, type, readable()));
    }

    private static String readable() {
        return FORMATS.values().stream()
                .map(Dequantizer::name)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    Path path() {
        return file.path();
    }

    GgufMetadata metadata() {
        return metadata;
    }

    Map<String, StoredTensor> tensors() {
        return tensors;
    }

    @Override
    public void close() {
        file.close();
    }
}
