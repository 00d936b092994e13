package dev.rejoinder.trainer.dataset;

import java.util.List;

/** Says which pairs are good enough to learn from. */
public interface PairSieve {
    /** Lets every pair pass. */
    PairSieve OPEN = pairs -> new Sieved(pairs, 0);

    /**
     * What came through.
     *
     * @param passing the good pairs, in their order
     * @param auc how well the sieve tells good replies from bad ones: area under the ROC curve on
     *     users it has not seen; 0 where it lets everything pass
     */
    record Sieved(List<Pair> passing, double auc) {
        public Sieved {
            passing = List.copyOf(passing);
        }
    }

    /**
     * @throws dev.rejoinder.kernel.error.Refusal of kind UNAVAILABLE if what it judges by is away
     */
    Sieved sieve(List<Pair> pairs);
}
