package dev.rejoinder.lm.read;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A GGUF's tensors under their Hugging Face names. */
final class GgufWeights implements Weights {
    /** Frequencies that {@link RopeFrequencies} reads into the configuration. */
    private static final String ROPE_FACTORS = "rope_freqs.weight";

    private final Gguf file;
    private final int headSize;
    private final boolean permuted;
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

    /**
     * @throws UnreadableModelException if a tensor belongs to no supported architecture
     */
    GgufWeights(Gguf file, ModelConfig config) {
        this.file = file;
        this.headSize = config.headSize();
        this.permuted = file.metadata().string("general.architecture").equals("llama");
        file.tensors()
                .forEach((name, tensor) -> {
                    if (!name.equals(ROPE_FACTORS)) tensors.put(rename(name), tensor);
                });
    }

    private String rename(String name) {
        return GgufNames.toHuggingFace(name)
                .orElseThrow(() ->
                        new UnreadableModelException(
                                ("%s: tensor %s belongs to no supported architecture; use a"
                                                + " Llama, Mistral, Qwen2 or Qwen3 model")
                                        .formatted(file.path(), name)));
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(tensors.keySet());
    }

    @Override
    public String described(String name) {
        return "%s (%s)".formatted(GgufNames.fromHuggingFace(name), name);
    }

    @Override
    public long[] shape(String name) {
        return find(name).shape().clone();
    }

    @Override
    public float[] read(String name, int fromRow, int rows) {
        StoredTensor tensor = find(name);
        if (!permuted || !name.contains(".q_proj.") && !name.contains(".k_proj."))
            return tensor.read(fromRow, rows);
        return heads(tensor, fromRow, rows);
    }

    /** Rows are put back within whole heads, which the wanted ones are then cut out of. */
    private float[] heads(StoredTensor tensor, int fromRow, int rows) {
        int first = fromRow / headSize * headSize;
        int past = Math.ceilDiv(fromRow + rows, headSize) * headSize;
        float[] stored = tensor.read(first, past - first);
        float[] restored = RotaryRows.restore(stored, headSize, tensor.width());
        int from = (fromRow - first) * tensor.width();
        return Arrays.copyOfRange(restored, from, from + rows * tensor.width());
    }

    private StoredTensor find(String name) {
        StoredTensor tensor = tensors.get(name);
        if (tensor != null) return tensor;
        throw MissingTensor.of(file.path(), described(name));
    }

    @Override
    public void close() {
        file.close();
    }
}
