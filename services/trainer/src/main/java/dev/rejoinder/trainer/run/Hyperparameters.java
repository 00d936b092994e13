package dev.rejoinder.trainer.run;

import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.trainer.loss.Preference;

/**
 * How a run learns; with the dataset and the base it decides every bit of the adapter.
 *
 * @param epochs passes over the pairs, 1 to 100
 * @param batchSize pairs a step, 1 to 256
 * @param seed of the adapter's initialisation and the order of the pairs
 */
public record Hyperparameters(
        Preference preference,
        AdapterConfig adapter,
        Optimiser optimiser,
        int epochs,
        int batchSize,
        long seed) {
    public Hyperparameters {
        within("epochs", epochs, 100);
        within("batch_size", batchSize, 256);
    }

    /**
     * AdamW and its learning rate.
     *
     * @param schedule how the learning rate runs
     * @param weightDecay decoupled decay, at least 0
     * @param maxGradientNorm the gradient is scaled down to this global L2 norm, above 0
     */
    public record Optimiser(Schedule schedule, double weightDecay, double maxGradientNorm) {
        public Optimiser {
            if (!(weightDecay >= 0 && weightDecay <= 1))
                throw new IllegalArgumentException(
                        "weight_decay of " + weightDecay + " is outside 0 to 1");
            if (!(maxGradientNorm > 0) || Double.isInfinite(maxGradientNorm))
                throw new IllegalArgumentException(
                        "max_gradient_norm of " + maxGradientNorm + " is not above 0");
        }
    }

    /** Steps that all epochs take; the last step of an epoch may be smaller. */
    public int totalSteps(int pairs) {
        return epochs * order(pairs).stepsPerEpoch();
    }

    DataOrder order(int pairs) {
        return new DataOrder(seed, pairs, batchSize);
    }

    private static void within(String field, int value, int most) {
        if (value < 1 || value > most)
            throw new IllegalArgumentException(field + " of " + value + " is outside 1 to " + most);
    }
}
