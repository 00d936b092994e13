package dev.rejoinder.bench;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.read.ModelConfig;

/**
 * What a suite measures and how often.
 *
 * @param model loaded; its replies end by their length alone
 * @param config its shape
 * @param weightBytes bytes of one weight as a decode step reads it
 * @param repeats of every measurement after a warm-up
 */
public record Workbench(
        LanguageModel model, ModelConfig config, Limits limits, int weightBytes, int repeats) {
    /** Token ids of this model; see {@link Prompts}. */
    public int[] ids(long seed, int count) {
        return Prompts.ids(config.vocabulary(), seed, count);
    }

    /** Weights of all layers' matrices. */
    double matrixWeights() {
        double queries = (double) config.heads() * config.headSize();
        double keys = (double) config.keyValueHeads() * config.headSize();
        double attention = config.hidden() * (2 * queries + 2 * keys);
        return config.layers() * (attention + 3.0 * config.hidden() * config.intermediate());
    }

    /** Weights of the output head. */
    double headWeights() {
        return (double) config.vocabulary() * config.hidden();
    }

    /** Numbers of keys and values that one token leaves in the cache. */
    double cachedNumbers() {
        return 2.0 * config.layers() * config.keyValueHeads() * config.headSize();
    }
}
