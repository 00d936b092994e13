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

    /** A tensor as messages name it: as its file calls it, and as it is called here. */
    default String described(String name) {
        return name;
    }

    /**
     * The whole tensor, row-major. For small ones: an embedding as one array may not fit the heap.
     *
     * @throws UnreadableModelException as {@link #read(String, int, int)}
     */
    default float[] read(String name) {
        long[] shape = shape(name);
        return read(name, 0, shape.length == 0 ? 1 : Math.toIntExact(shape[0]));
    }

    /**
     * Some rows of a tensor: slices along its first dimension.
     *
     * @param fromRow the first one, from 0
     * @return {@code [rows, width]}, row-major
     * @throws UnreadableModelException if the tensor is missing, cut off, of an unknown type, or
     *     not finite in these rows
     */
    float[] read(String name, int fromRow, int rows);

    @Override
    void close();
}
