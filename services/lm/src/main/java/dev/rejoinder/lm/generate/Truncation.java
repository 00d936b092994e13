package dev.rejoinder.lm.generate;

/**
 * Which tokens may be drawn at all, in this order: the {@code topK} likeliest; of those the fewest
 * likeliest that reach {@code topP} of their mass (nucleus sampling, Holtzman et al. 2020); of
 * those the ones at least {@code minP} times as likely as the likeliest (Nguyen et al. 2024, arXiv
 * 2407.01082). The likeliest token always stays. Greedy requests do not ask.
 *
 * @param topK 0 for all
 * @param topP in (0, 1]; 1 for all
 * @param minP in [0, 1]; 0 for all
 */
public record Truncation(int topK, double topP, double minP) {
    /** Every token may be drawn. */
    public static final Truncation NONE = new Truncation(0, 1, 0);

    public Truncation {
        if (topK < 0) throw new IllegalArgumentException("top_k of " + topK + " is below 0");
        if (!(topP > 0 && topP <= 1))
            throw new IllegalArgumentException("top_p of " + topP + " is outside (0, 1]");
        if (!(minP >= 0 && minP <= 1))
            throw new IllegalArgumentException("min_p of " + minP + " is outside 0 to 1");
    }

    /** The nucleus alone. */
    public static Truncation topP(double topP) {
        return new Truncation(0, topP, 0);
    }

    /** Whether every token may be drawn. */
    public boolean isNone() {
        return topK == 0 && topP == 1 && minP == 0;
    }
}
