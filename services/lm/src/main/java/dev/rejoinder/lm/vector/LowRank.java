package dev.rejoinder.lm.vector;

import org.jspecify.annotations.Nullable;

/**
 * An adapter's factors (Hu et al. 2021) beside the matrices of a {@link VectorWeights}, four a
 * layer in its order: {@code y += B A x}, the scale within B.
 *
 * @param down A of each, {@code [rank, width]}; null where nothing is adapted
 * @param up B of each, {@code [height, rank]}
 */
public record LowRank(@Nullable Matrix[] down, @Nullable Matrix[] up) {}
