package dev.rejoinder.lm.read;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The safetensors of a model folder: one file, or those that an index lists. Where embedding and
 * head are one tensor, a file may hold it under the head's name alone: it goes by the embedding's.
 */
final class ShardedWeights implements Weights {
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String HEAD = "lm_head.weight";

    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private record Stored(Safetensors shard, String name) {}

    private final Path folder;
    private final Map<String, String> index;
    private final List<Path> files;
    private final List<Safetensors> shards = new ArrayList<>();
    private final Map<String, Stored> byName = new LinkedHashMap<>();

    private ShardedWeights(Path folder) {
        this.folder = folder;
        Path single = folder.resolve(SINGLE);
        boolean whole = Files.isRegularFile(single);
        this.index = whole ? Map.of() : index(folder);
        this.files =
                whole
                        ? List.of(single)
                        : index.values().stream().distinct().sorted().map(folder::resolve).toList();
    }

    /**
     * @throws UnreadableModelException if the folder has no safetensors, or a listed one is missing
     *     or lacks a tensor that the index says is there
     */
    static ShardedWeights open(Path folder) {
        ShardedWeights weights = new ShardedWeights(folder);
        try {
            for (Path file : weights.files) {
                Safetensors shard = Safetensors.open(file);
                weights.shards.add(shard);
                shard.names().forEach(name -> weights.byName.put(name, new Stored(shard, name)));
            }
            weights.requireIndexed();
            if (!weights.byName.containsKey(EMBEDDING) && weights.byName.containsKey(HEAD)) {
                weights.byName.put(EMBEDDING, weights.byName.remove(HEAD));
            }
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    /** The names of all tensors' files. */
    private static Map<String, String> index(Path folder) {
        Path index = folder.resolve(INDEX);
        if (!Files.isRegularFile(index)) {
            throw new UnreadableModelException(
                    "%s has neither %s nor %s; fetch the model again in safetensors format"
                            .formatted(folder, SINGLE, INDEX));
        }
        Map<String, String> files = new LinkedHashMap<>();
        for (var entry : JsonFile.read(index).path("weight_map").properties()) {
            String file = entry.getValue().asText();
            if (!Path.of(file).equals(Path.of(file).getFileName())) {
                throw new UnreadableModelException(
                        "%s names %s, which lies outside its folder; fetch it again"
                                .formatted(index, file));
            }
            files.put(entry.getKey(), file);
        }
        return files;
    }

    private void requireIndexed() {
        index.forEach((tensor, file) -> {
            Stored stored = byName.get(tensor);
            if (stored == null || !stored.shard.path().equals(folder.resolve(file)))
                throw new UnreadableModelException(
                        "%s says that %s lies in %s, which lacks it; fetch the model again"
                                .formatted(folder.resolve(INDEX), tensor, file));
        });
    }

    String digest() {
        return Digests.ofAll(files);
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(byName.keySet());
    }

    @Override
    public long[] shape(String name) {
        Stored tensor = find(name);
        return tensor.shard.shape(tensor.name);
    }

    @Override
    public float[] read(String name, int fromRow, int rows) {
        Stored tensor = find(name);
        return tensor.shard.read(tensor.name, fromRow, rows);
    }

    private Stored find(String name) {
        Stored tensor = byName.get(name);
        if (tensor != null) return tensor;
        throw MissingTensor.of(folder, name);
    }

    @Override
    public void close() {
        shards.forEach(Safetensors::close);
    }
}
