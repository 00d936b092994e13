package dev.rejoinder.lm;

/** In what the base's matrices are kept and multiplied. */
public enum Precision {
    /** Exact to the golden figures on every CPU. */
    FLOAT32,
    /** Half the memory traffic; only on CPUs with bf16 units and on GPUs. */
    BFLOAT16,
    /** {@link #BFLOAT16} where the device has units for it, else {@link #FLOAT32}. */
    AUTO
}
