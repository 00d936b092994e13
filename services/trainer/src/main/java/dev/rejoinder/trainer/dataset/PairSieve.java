package dev.rejoinder.trainer.dataset;

import java.util.List;
import java.util.function.BooleanSupplier;

/** Says which pairs are good enough to learn from. */
public interface PairSieve {
    /** Lets every pair pass. */
    PairSieve OPEN = (pairs, stop) -> new Sieved(pairs, 0);

    /**
     * What came through.
     *
     * @param passing the good pairs, in their order
     * @param auc how well good replies are told from bad ones: area under the ROC curve on users
     *     not seen before; 0 where that was not measured
     */
    record Sieved(List<Pair> passing, double auc) {
        public Sieved {
            passing = List.copyOf(passing);
        }
    }

    /**
     * @param stop asked now and then
     * @throws dev.rejoinder.kernel.error.Refusal of kind UNAVAILABLE if what it judges by is away
     * @throws InterruptedRunException if stop said so
     */
    Sieved sieve(List<Pair> pairs, BooleanSupplier stop);
}
