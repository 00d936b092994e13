package dev.rejoinder.trainer.loss;

/**
 * DPO, equation 7 of Rafailov et al. 2023: {@code -log sigma(beta (r_w - r_l))} with {@code r = log
 * pi / pi_ref}, summed over a reply's tokens.
 *
 * @param beta how strongly the policy is held to the reference, above 0
 */
public record DpoLoss(double beta) {
    public DpoLoss {
        if (!(beta > 0 && beta <= 10))
            throw new IllegalArgumentException(
                    "beta of " + beta + " is outside (0, 10]; 0.1 is usual");
    }

    public double of(PairLogProbs pair) {
        return softplus(-margin(pair));
    }

    /** The implicit reward margin, {@code beta (r_w - r_l)}; above 0 the pair is told apart. */
    public double margin(PairLogProbs pair) {
        return beta * pair.logRatioDifference();
    }

    /**
     * Derivative by the chosen reply's summed log-probability; by the rejected one's it is the
     * opposite: {@code -beta sigma(-margin)}.
     */
    public double gradient(PairLogProbs pair) {
        return -beta * sigmoid(-margin(pair));
    }

    /** {@code log(1 + e^x)} without overflow for large {@code x}. */
    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** {@code 1 / (1 + e^-x)} without overflow on either side. */
    private static double sigmoid(double x) {
        if (x >= 0) return 1 / (1 + Math.exp(-x));
        double e = Math.exp(x);
        return e / (1 + e);
    }
}
