package dev.rejoinder.trainer.dataset;

import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.trainer.loss.PairLogProbs.Reference;

/**
 * A pair ready to train on.
 *
 * @param pack the prompt with the chosen and the rejected reply
 * @param reference what the base gives them
 */
public record TrainingPair(Pair pair, Pack pack, Reference reference) {}
