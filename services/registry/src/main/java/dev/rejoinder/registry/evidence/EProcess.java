package dev.rejoinder.registry.evidence;

/**
 * An e-process for two Bernoulli streams: evidence that {@code lower} is dissatisfied less often
 * than {@code higher}, against the null that it is not (p_lower >= p_higher).
 *
 * <p>Universal inference with a mixture in the numerator (Wasserman, Ramdas and Balakrishnan 2020,
 * "Universal inference", arXiv 1912.11436, the sequential form; the mixture is Robbins's):
 *
 * <pre>
 * E = integral over p_l &lt; p_h of L(p_l, p_h) 2 dp_l dp_h  /  sup over p_l >= p_h of L(p_l, p_h)
 * L(p_l, p_h) = p_l^d_l (1 - p_l)^(n_l - d_l) p_h^d_h (1 - p_h)^(n_h - d_h)
 * </pre>
 *
 * <ul>
 *   <li>For every p in the null the mixture over L(p) is a martingale that begins at 1, and E is
 *       not larger; so by Ville's inequality P(E ever reaches 1/alpha) &lt;= alpha, however often
 *       one looks, however the arms take turns, as long as the next arm does not depend on the next
 *       outcome.
 *   <li>E depends on the four counts alone: it is the same in any order, and after any replay.
 *   <li>The bound takes follow-ups as independent; those of one conversation are not quite.
 * </ul>
 *
 * Rejected: blocks of a fixed ratio (Turner, Ly and Gruenwald 2021, arXiv 2106.02693), which grow a
 * little faster but must wait for full blocks when conversations come at random to unequal arms.
 */
final class EProcess {
    private EProcess() {}

    /** The e-value; 1 without evidence, at most {@link Double#MAX_VALUE}. */
    static double of(Tally lower, Tally higher) {
        LogFactorials factorials = LogFactorials.upTo(lower.followUps() + higher.followUps() + 4);
        double logE =
                Math.log(2)
                        + logMarginal(lower, factorials)
                        + logMarginal(higher, factorials)
                        + logProbabilityLess(lower, higher, factorials)
                        - logLikelihoodUnderNull(lower, higher);
        return Math.min(Math.exp(logE), Double.MAX_VALUE);
    }

    /** {@code ln of the integral of p^d (1-p)^(n-d) dp = ln B(d + 1, n - d + 1)}. */
    private static double logMarginal(Tally t, LogFactorials factorials) {
        return factorials.logBeta(t.dsat() + 1, t.followUps() - t.dsat() + 1);
    }

    /**
     * {@code ln P(p_l < p_h)} under the posteriors Beta(d + 1, n - d + 1), exactly: with a = d + 1,
     * b = n - d + 1, the sum over i = 0 .. a_h - 1 of B(a_l + i, b_l + b_h) / ((b_h + i) B(1 + i,
     * b_h) B(a_l, b_l)).
     */
    private static double logProbabilityLess(Tally l, Tally h, LogFactorials factorials) {
        long al = l.dsat() + 1;
        long bl = l.followUps() - l.dsat() + 1;
        long bh = h.followUps() - h.dsat() + 1;
        double sum = 0;
        for (long i = 0; i <= h.dsat(); i++)
            sum +=
                    Math.exp(
                            factorials.logBeta(al + i, bl + bh)
                                    - Math.log(bh + i)
                                    - factorials.logBeta(1 + i, bh)
                                    - factorials.logBeta(al, bl));
        return Math.log(Math.min(sum, 1));
    }

    /**
     * The likeliest p_l >= p_h: each arm's own rate where that is in order, else the pooled one.
     */
    private static double logLikelihoodUnderNull(Tally l, Tally h) {
        if (l.dissatisfaction() >= h.dissatisfaction())
            return logLikelihood(l, l.dissatisfaction()) + logLikelihood(h, h.dissatisfaction());
        double pooled = (double) (l.dsat() + h.dsat()) / (l.followUps() + h.followUps());
        return logLikelihood(l, pooled) + logLikelihood(h, pooled);
    }

    private static double logLikelihood(Tally t, double p) {
        long others = t.followUps() - t.dsat();
        return (t.dsat() == 0 ? 0 : t.dsat() * Math.log(p))
                + (others == 0 ? 0 : others * Math.log1p(-p));
    }
}
