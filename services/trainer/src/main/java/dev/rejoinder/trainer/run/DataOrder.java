package dev.rejoinder.trainer.run;

import java.util.Random;

/**
 * The order of the pairs, from the seed and the epoch alone, so that a resumed run sees the same
 * pairs at the same steps. {@link Random}'s algorithm is part of its contract and the same
 * everywhere.
 *
 * @param pairs how many there are
 */
record DataOrder(long seed, int pairs, int batchSize) {
    /** An odd constant (the golden ratio's bits) that keeps the epochs' streams apart. */
    private static final long EPOCH_STRIDE = 0x9E3779B97F4A7C15L;

    int stepsPerEpoch() {
        return Math.ceilDiv(pairs, batchSize);
    }

    /**
     * @param step 0 for the run's first
     * @return indices of the step's pairs
     */
    int[] batch(int step) {
        int[] order = epoch(step / stepsPerEpoch());
        int from = (step % stepsPerEpoch()) * batchSize;
        int to = Math.min(pairs, from + batchSize);
        return java.util.Arrays.copyOfRange(order, from, to);
    }

    /** Fisher and Yates' shuffle. */
    private int[] epoch(int epoch) {
        Random random = new Random(seed + EPOCH_STRIDE * (epoch + 1));
        int[] order = new int[pairs];
        for (int i = 0; i < pairs; i++) order[i] = i;
        for (int i = pairs - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int moved = order[i];
            order[i] = order[j];
            order[j] = moved;
        }
        return order;
    }
}
