package dev.rejoinder.lm.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.lm.read.dequant.BF16;
import dev.rejoinder.lm.read.dequant.Dequantizer;
import dev.rejoinder.lm.read.dequant.F16;
import dev.rejoinder.lm.read.dequant.F32;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One safetensors file: F32, F16 and BF16, for models and adapters.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class Safetensors implements Weights {
    /** As the reference implementation: a longer header is an attack or damage. */
    private static final long LONGEST_HEADER = 100_000_000;

    private static final Map<String, Dequantizer> FORMATS =
            Map.of("F32", new F32(), "F16", new F16(), "BF16", new BF16());

    private static final String METADATA = "__metadata__";

    private final MappedFile file;
    private final Map<String, StoredTensor> tensors;
    private final Map<String, String> metadata;

    private Safetensors(MappedFile file, Header header) {
        this.file = file;
        this.tensors = header.tensors();
        this.metadata = header.metadata();
    }

    Path path() {
        return file.path();
    }

    private record Header(Map<String, StoredTensor> tensors, Map<String, String> metadata) {}

    /**
     * Reads the header; weights stay in the file.
     *
     * @throws UnreadableModelException if it is no safetensors file, cut off, or of another type
     */
    public static Safetensors open(Path path) {
        MappedFile file = MappedFile.open(path);
        try {
            return new Safetensors(file, readHeader(file));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static Header readHeader(MappedFile file) {
        byte[] prefix = new byte[Long.BYTES];
        file.read(0, prefix, prefix.length);
        long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > LONGEST_HEADER) {
            throw new UnreadableModelException(
                    "%s is no safetensors file: a header of %d bytes; check the path"
                            .formatted(file.path(), length));
        }
        file.requireInside(Long.BYTES, length);
        byte[] header = new byte[(int) length];
        file.read(Long.BYTES, header, header.length);
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (var entry : parse(file, header).properties()) {
            String name = entry.getKey();
            if (name.equals(METADATA))
                entry.getValue()
                        .properties()
                        .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
            else tensors.put(name, tensor(file, name, entry.getValue(), 8 + length));
        }
        return new Header(tensors, Map.copyOf(metadata));
    }

    private static JsonNode parse(MappedFile file, byte[] header) {
        try {
            JsonNode root = new ObjectMapper().readTree(new String(header, UTF_8));
            if (root.isObject()) return root;
        } catch (JsonProcessingException e) {
            throw noHeader(file, e);
        }
        throw noHeader(file, null);
    }

    private static UnreadableModelException noHeader(
            MappedFile file, @Nullable JsonProcessingException cause) {
        return new UnreadableModelException(
                file.path()
                        + " is no safetensors file: its header is no JSON object; check the path",
                cause);
    }

    private static StoredTensor tensor(MappedFile file, String name, JsonNode entry, long data) {
        Dequantizer format = FORMATS.get(entry.path("dtype").asText());
        if (format == null) {
            throw new UnreadableModelException(
                    "%s: tensor %s is of type %s; F32, F16 and BF16 are read: convert the model"
                            .formatted(file.path(), name, entry.path("dtype").asText()));
        }
        JsonNode sizes = entry.path("shape");
        long[] shape = new long[sizes.size()];
        for (int i = 0; i < shape.length; i++) shape[i] = sizes.get(i).asLong(-1);
        JsonNode offsets = entry.path("data_offsets");
        long begin = offsets.path(0).asLong(-1);
        StoredTensor tensor =
                new StoredTensor(file, name, shape, format, begin < 0 ? -1 : data + begin);
        long bytes = (long) tensor.weights() * format.blockBytes();
        if (offsets.path(1).asLong(-1) - begin == bytes) return tensor;
        throw new UnreadableModelException(
                "%s: tensor %s needs %d bytes by its shape, the header gives it %s; fetch it again"
                        .formatted(file.path(), name, bytes, offsets));
    }

    /** What whoever wrote the file says of it; empty where nothing is said. */
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(tensors.keySet());
    }

    @Override
    public long[] shape(String name) {
        return find(name).shape().clone();
    }

    @Override
    public float[] read(String name, int fromRow, int rows) {
        return find(name).read(fromRow, rows);
    }

    private StoredTensor find(String name) {
        StoredTensor tensor = tensors.get(name);
        if (tensor != null) return tensor;
        throw MissingTensor.of(file.path(), name);
    }

    @Override
    public void close() {
        file.close();
    }
}
