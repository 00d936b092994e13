package dev.rejoinder.lm.adapter;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An adapter's factors by their PEFT names, such as {@code
 * base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight}.
 *
 * @param tensors in the order in which they are written
 */
public record AdapterTensors(Map<String, Tensor> tensors) {
    public AdapterTensors {
        tensors = new LinkedHashMap<>(tensors);
    }

    /**
     * A matrix.
     *
     * @param values {@code [rows, columns]}, row-major
     */
    public record Tensor(int rows, int columns, float[] values) {
        public Tensor {
            if (values.length != rows * columns)
                throw new IllegalArgumentException(
                        "%d values for %d rows of %d".formatted(values.length, rows, columns));
        }
    }
}
