package dev.rejoinder.trainer.loss;

/**
 * What preference losses look at: {@code log pi(y | x)} of both replies, summed over their tokens,
 * in nats.
 *
 * @param policyChosen under the adapter in training
 * @param policyRejected under the adapter in training
 * @param reference under the base
 */
public record PairLogProbs(double policyChosen, double policyRejected, Reference reference) {
    /** {@code r_w - r_l}: how much more the chosen reply gained over the base than the rejected. */
    public double logRatioDifference() {
        return (policyChosen - policyRejected) - (reference.chosen() - reference.rejected());
    }

    /**
     * The base's part, which never changes and is therefore computed once.
     *
     * @param chosen {@code log pi_ref(y_w | x)}, at most 0
     * @param rejected {@code log pi_ref(y_l | x)}, at most 0
     */
    public record Reference(double chosen, double rejected) {
        public Reference {
            if (!(chosen <= 0 && rejected <= 0)
                    || Double.isInfinite(chosen)
                    || Double.isInfinite(rejected))
                throw new IllegalArgumentException(
                        "log-probabilities of "
                                + chosen
                                + " and "
                                + rejected
                                + " are not finite numbers of at most 0");
        }
    }
}
