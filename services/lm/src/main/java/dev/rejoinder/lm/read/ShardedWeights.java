package dev.rejoinder.lm.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The safetensors of a model folder: one file, or those that an index lists. Where embedding and
 * head are one tensor, a file may hold it under the head's name alone: it goes by the embedding's.
 */
final class ShardedWeights implements Weights {
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String HEAD = "lm_head.weight";

    private record Stored(Safetensors shard, String name) {}

    private final Path folder;
    private final List<Path> files;
    private final List<Safetensors> shards = new ArrayList<>();
    private final Map<String, Stored> byName = new LinkedHashMap<>();

    private ShardedWeights(Path folder, List<Path> files) {
        this.folder = folder;
        this.files = files;
    }

    /**
     * @throws UnreadableModelException if the folder has no safetensors or a listed one is missing
     */
    static ShardedWeights open(Path folder) {
        ShardedWeights weights = new ShardedWeights(folder, files(folder));
        try {
            for (Path file : weights.files) {
                Safetensors shard = Safetensors.open(file);
                weights.shards.add(shard);
                shard.names().forEach(name -> weights.byName.put(name, new Stored(shard, name)));
            }
            if (!weights.byName.containsKey(EMBEDDING) && weights.byName.containsKey(HEAD)) {
                weights.byName.put(EMBEDDING, weights.byName.remove(HEAD));
            }
            return weights;
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private static List<Path> files(Path folder) {
        Path single = folder.resolve("model.safetensors");
        if (Files.isRegularFile(single)) return List.of(single);
        Path index = folder.resolve("model.safetensors.index.json");
        if (!Files.isRegularFile(index)) {
            throw new UnreadableModelException(
                    folder
                            + " has neither model.safetensors nor model.safetensors.index.json;"
                            + " fetch the model again in safetensors format");
        }
        Set<String> names = new TreeSet<>();
        for (JsonNode name : JsonFile.read(index).path("weight_map")) names.add(name.asText());
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            if (!Path.of(name).equals(Path.of(name).getFileName())) {
                throw new UnreadableModelException(
                        "%s names %s, which lies outside its folder; fetch it again"
                                .formatted(index, name));
            }
            files.add(folder.resolve(name));
        }
        return List.copyOf(files);
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
