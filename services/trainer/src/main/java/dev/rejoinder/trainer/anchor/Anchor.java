package dev.rejoinder.trainer.anchor;

import dev.rejoinder.lm.score.Pack;

/**
 * A text of the base's own.
 *
 * @param pack its opening with one continuation that the base sampled
 * @param base {@code [token]} of the continuation: the base's log-probabilities
 */
public record Anchor(Pack pack, float[] base) {
    public Anchor {
        int tokens = pack.continuations().getFirst().length;
        if (pack.continuations().size() != 1 || base.length != tokens)
            throw new IllegalArgumentException(
                    "an anchor has one continuation with a log-probability for each of its tokens");
    }

    /** The loss that pulls the adapter back to the base on this text. */
    public DriftLoss loss() {
        return new DriftLoss(base);
    }
}
