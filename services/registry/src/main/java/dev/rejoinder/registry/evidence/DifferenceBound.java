package dev.rejoinder.registry.evidence;

/**
 * How much worse the canary may be: the upper end of a one-sided interval for the difference of two
 * rates (Newcombe 1998, "Interval estimation for the difference between independent proportions",
 * method 10: square-and-add of Wilson's intervals).
 */
final class DifferenceBound {
    private DifferenceBound() {}

    /**
     * Upper bound of {@code canary - champion} dissatisfaction; 1 where an arm is empty.
     *
     * @param z the standard normal's quantile at 1 - alpha
     */
    static double upper(Evidence evidence, double z) {
        Tally canary = evidence.canary();
        Tally champion = evidence.champion();
        if (canary.followUps() == 0 || champion.followUps() == 0) return 1;
        double p = canary.dissatisfaction();
        double q = champion.dissatisfaction();
        double above = wilson(canary, z) - p;
        double below = q - wilson(champion, -z);
        return p - q + Math.sqrt(above * above + below * below);
    }

    /** Wilson's score bound: the upper one for a positive z, the lower one for a negative. */
    private static double wilson(Tally t, double z) {
        double n = t.followUps();
        double p = t.dissatisfaction();
        double centre = p + z * z / (2 * n);
        double reach = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
        return (centre + reach) / (1 + z * z / n);
    }

    /**
     * The standard normal's quantile by bisection of its distribution function, which is summed as
     * Abramowitz and Stegun 26.2.17 (error below 7.5e-8).
     */
    static double normalQuantile(double probability) {
        double low = -8;
        double high = 8;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (normal(middle) < probability) low = middle;
            else high = middle;
        }
        return (low + high) / 2;
    }

    private static double normal(double x) {
        double t = 1 / (1 + 0.2316419 * Math.abs(x));
        double polynomial =
                t
                        * (0.319381530
                                + t
                                        * (-0.356563782
                                                + t
                                                        * (1.781477937
                                                                + t
                                                                        * (-1.821255978
                                                                                + t
                                                                                        * 1.330274429))));
        double tail = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * polynomial;
        return x >= 0 ? 1 - tail : tail;
    }
}
