package dev.rejoinder.reward.flr;

/**
 * FLR with what the user truly said next: {@code +s(f* | x, y)} where it was satisfied, {@code -s}
 * where it was not. A reply that would have made the real complaint unlikely is the better one.
 */
public enum RealisedFlr {
    /** The follow-up praised the reply it was given to. */
    SATISFIED(1),
    /** The follow-up complained about it. */
    DISSATISFIED(-1);

    private final int sign;

    RealisedFlr(int sign) {
        this.sign = sign;
    }

    /**
     * @param meanLogProb s(f* | x, y) of the real follow-up
     */
    public double of(double meanLogProb) {
        return sign * meanLogProb;
    }

    /**
     * By how much the chosen reply beats the rejected one; a pair is kept if it is large enough.
     *
     * @param chosen s(f* | x, chosen)
     * @param rejected s(f* | x, rejected)
     */
    public double margin(double chosen, double rejected) {
        return of(chosen) - of(rejected);
    }
}
