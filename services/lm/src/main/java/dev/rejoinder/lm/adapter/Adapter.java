package dev.rejoinder.lm.adapter;

/**
 * A loaded adapter, ready to answer with. Opaque outside the engine; loaded once and shared by
 * every row that uses it. Rows in flight hold it: {@link #close()} frees the tensors when the last
 * of them is done.
 */
public interface Adapter extends AutoCloseable {
    AdapterConfig config();

    /** SHA-256 of {@code adapter_model.safetensors}, lower-case hex. */
    String digest();

    @Override
    void close();
}
