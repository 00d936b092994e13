package dev.rejoinder.trainer.run;

import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.trainer.loss.Preference;

/**
 * How a run learns; with the dataset and the base it decides every bit of the adapter.
 *
 * @param anchorWeight of the {@link dev.rejoinder.trainer.anchor.DriftLoss} on one of the base's
 *     own texts in every step, 0 to 1000; 0 for none
 * @param epochs fewest passes over the pairs, 1 to 100
 * @param minSteps fewest steps of a run, 0 to 100,000: few pairs get more passes until there are so
 *     many, and the last of those passes ends there
 * @param batchSize pairs a step, 1 to 256
 * @param seed of the adapter's initialisation and the order of the pairs
 */
public record Hyperparameters(
        Preference preference,
        double anchorWeight,
        AdapterConfig adapter,
        Optimiser optimiser,
        int epochs,
        int minSteps,
        int batchSize,
        long seed) {
    /** A pair seen more often than this is learned by heart. */
    private static final int MOST_EPOCHS = 100;

    private static final int MOST_LEAST_STEPS = 100_000;

    public Hyperparameters {
        if (!(anchorWeight >= 0 && anchorWeight <= 1000))
            throw new IllegalArgumentException(
                    "anchor_weight of " + anchorWeight + " is outside 0 to 1000");
        within("epochs", epochs, MOST_EPOCHS);
        if (minSteps < 0 || minSteps > MOST_LEAST_STEPS)
            throw new IllegalArgumentException(
                    "min_steps of " + minSteps + " is outside 0 to " + MOST_LEAST_STEPS);
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

    /** Passes over so many pairs, the last begun one too: at least {@code epochs}, at most 100. */
    public int passes(int pairs) {
        return Math.ceilDiv(totalSteps(pairs), order(pairs).stepsPerEpoch());
    }

    /** Steps of a run over so many pairs; the last step of a pass may be smaller. */
    public int totalSteps(int pairs) {
        int perEpoch = order(pairs).stepsPerEpoch();
        return Math.clamp(minSteps, epochs * perEpoch, MOST_EPOCHS * perEpoch);
    }

    DataOrder order(int pairs) {
        return new DataOrder(seed, pairs, batchSize);
    }

    private static void within(String field, int value, int most) {
        if (value < 1 || value > most)
            throw new IllegalArgumentException(field + " of " + value + " is outside 1 to " + most);
    }
}
