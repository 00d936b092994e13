package dev.rejoinder.lm.read;

import java.util.Set;

/**
 * Tensors of a model file under their Hugging Face names ({@code
 * model.layers.0.self_attn.q_proj.weight}) and in their Hugging Face layout (a GGUF's permuted q
 * and k are put back), dequantised to float32 on reading. The file is memory-mapped; reading is
 * thread-safe.
 */
public interface Weights extends AutoCloseable {
    Set<String> names();

    /**
     * @throws UnreadableModelException if there is no such tensor; names the file and the tensor
     */
    long[] shape(String name);

    /**
     * The whole tensor, row-major.
     *
     * @throws UnreadableModelException if the tensor is missing, cut off, of an unknown type, or
     *     not finite
     */
    float[] read(String name);

    @Override
    void close();
}
