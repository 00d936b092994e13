package dev.rejoinder.lm.adapter;

import java.util.List;

/**
 * The shape of a LoRA adapter (Hu et al. 2021): {@code y = W x + (alpha / rank) B A x}, or {@code
 * alpha / sqrt(rank)} with rank-stabilised scaling (Kalajdzievski 2023).
 *
 * @param rank inner size r, 1 to 64
 * @param alpha numerator of the scale; above 0
 * @param targets PEFT module names, such as {@code q_proj}; never empty
 * @param rankStabilised whether the scale is {@code alpha / sqrt(rank)}
 */
public record AdapterConfig(int rank, double alpha, List<String> targets, boolean rankStabilised) {
    public static final int MAX_RANK = 64;

    public AdapterConfig {
        if (rank < 1 || rank > MAX_RANK)
            throw new IllegalArgumentException("rank of " + rank + " is outside 1 to " + MAX_RANK);
        if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("alpha of " + alpha + " is not above 0 and finite");
        if (targets.isEmpty())
            throw new IllegalArgumentException("an adapter needs at least one target module");
        targets = List.copyOf(targets);
    }

    /** Rank 8, alpha 16 on the attention's four projections. */
    public static AdapterConfig attention() {
        return new AdapterConfig(8, 16, List.of("q_proj", "k_proj", "v_proj", "o_proj"), false);
    }

    public double scale() {
        return rankStabilised ? alpha / Math.sqrt(rank) : alpha / rank;
    }
}
