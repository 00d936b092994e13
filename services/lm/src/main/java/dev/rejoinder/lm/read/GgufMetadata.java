package dev.rejoinder.lm.read;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The key-values of a GGUF, asked for by type. */
final class GgufMetadata {
    private final Path file;
    private final Map<String, Object> values;

    GgufMetadata(Path file, Map<String, Object> values) {
        this.file = file;
        this.values = Map.copyOf(values);
    }

    Path file() {
        return file;
    }

    String string(String key) {
        return optionalString(key).orElseThrow(() -> missing(key));
    }

    Optional<String> optionalString(String key) {
        return find(key, String.class);
    }

    /** A count or an id: 0 to 2^31 - 1. */
    int integer(String key) {
        return optionalInteger(key).orElseThrow(() -> missing(key));
    }

    Optional<Integer> optionalInteger(String key) {
        return find(key, Long.class).map(value -> toInt(key, value));
    }

    double number(String key) {
        return optionalNumber(key).orElseThrow(() -> missing(key));
    }

    Optional<Double> optionalNumber(String key) {
        return find(key, Number.class).map(Number::doubleValue);
    }

    Optional<Boolean> optionalBoolean(String key) {
        return find(key, Boolean.class);
    }

    List<String> strings(String key) {
        return list(key).stream().map(value -> cast(key, value, String.class)).toList();
    }

    int[] integers(String key) {
        return list(key).stream()
                .mapToInt(value -> toInt(key, cast(key, value, Long.class)))
                .toArray();
    }

    float[] floats(String key) {
        List<?> values = list(key);
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = cast(key, values.get(i), Number.class).floatValue();
        }
        return floats;
    }

    private List<?> list(String key) {
        return find(key, List.class).orElseThrow(() -> missing(key));
    }

    private <T> Optional<T> find(String key, Class<T> type) {
        return Optional.ofNullable(values.get(key)).map(value -> cast(key, value, type));
    }

    private <T> T cast(String key, Object value, Class<T> type) {
        if (type.isInstance(value)) return type.cast(value);
        throw new UnreadableModelException(
                "%s: metadata %s is no %s; the file was written by an unknown tool"
                        .formatted(file, key, type.getSimpleName().toLowerCase()));
    }

    private int toInt(String key, long value) {
        if (value >= 0 && value <= Integer.MAX_VALUE) return (int) value;
        throw new UnreadableModelException(
                "%s: metadata %s of %d is out of range; fetch the file again"
                        .formatted(file, key, value));
    }

    private UnreadableModelException missing(String key) {
        return new UnreadableModelException(
                "%s lacks metadata %s; convert the model again with a current llama.cpp"
                        .formatted(file, key));
    }
}
