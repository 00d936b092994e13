package dev.rejoinder.lm;

/** What a model's matrices are held in. Norms, sums and probabilities are always float32. */
public enum Precision {
    /** Exact to the golden figures on every CPU. */
    FLOAT32,
    /** Half the memory traffic; only on CPUs with bf16 units and on GPUs. */
    BFLOAT16,
    /**
     * As {@link #AUTO}, but what decodes on a CPU reads bytes with a scale for every 32 of them: a
     * quarter of float32's memory traffic. Scores and training keep the wider weights.
     */
    INT8,
    /** {@link #BFLOAT16} where the device has units for it, else {@link #FLOAT32}. */
    AUTO
}
