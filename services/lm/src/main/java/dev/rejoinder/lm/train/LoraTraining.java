package dev.rejoinder.lm.train;

import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.score.Pack;
import java.nio.file.Path;
import java.util.List;

/**
 * A trainable adapter on a frozen base with AdamW (Loshchilov and Hutter 2019, decoupled weight
 * decay). One thread at a time. The reference of preference losses is the base itself: score it
 * with no adapter.
 */
public interface LoraTraining extends AutoCloseable {
    /**
     * Forward and backward of one pack; gradients add up until {@link #update}.
     *
     * @param weight factor on the loss and its gradient, such as 1 / batch size
     * @return the loss, unweighted
     */
    default double accumulate(Pack pack, TokenObjective objective, double weight) {
        return accumulate(List.of(new Example(pack, objective)), weight)[0];
    }

    /** A pack and what is minimised on it. */
    record Example(Pack pack, TokenObjective objective) {}

    /**
     * The same for several packs: those of like length share a pass of a bounded number of tokens.
     *
     * @param weight factor on every loss and its gradient
     * @return each loss, unweighted
     */
    double[] accumulate(List<Example> examples, double weight);

    /**
     * One AdamW step with the gathered gradient, clipped to a global norm, then forgets it.
     *
     * @return the gradient's global L2 norm before clipping
     * @throws IllegalStateException if the gradient is not finite; nothing was changed
     */
    double update(double learningRate, double maxNorm);

    /**
     * The adapter as it is now, for scoring and generating; follows later updates. Do not close it.
     */
    Adapter current();

    /** Updates made so far. */
    int steps();

    /**
     * Writes {@code adapter_model.safetensors} and {@code adapter_config.json} (PEFT) into the
     * folder, atomically.
     */
    void saveAdapter(Path folder);

    /**
     * Writes weights, moments and step count, atomically, so that {@link #restore} continues bit
     * for bit.
     */
    void saveCheckpoint(Path file);

    /**
     * @throws IllegalArgumentException if the file belongs to another base or adapter shape, or is
     *     damaged
     */
    void restore(Path file);

    @Override
    void close();
}
