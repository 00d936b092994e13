package dev.rejoinder.lm.read;

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
    public long[] shape(String name) {
        return find(name).shape().clone();
    }

    @Override
    public float[] read(String name) {
        StoredTensor tensor = find(name);
        float[] weights = tensor.read();
        if (!permuted || !name.contains(".q_proj.") && !name.contains(".k_proj.")) return weights;
        int columns = tensor.shape().length == 1 ? 1 : (int) tensor.shape()[1];
        return RotaryRows.restore(weights, headSize, columns);
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
