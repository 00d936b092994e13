package dev.rejoinder.reward.turns;

import dev.rejoinder.kernel.id.Digests;

/**
 * A share of all turns, chosen by their ids alone: the same turn is always in or always out, and a
 * larger share holds the smaller one.
 *
 * @param fraction 0 for none, 1 for all
 */
public record Share(double fraction) {
    private static final int DIGITS = 8;
    private static final double RANGE = 1L << 4 * DIGITS;

    public Share {
        if (!(fraction >= 0 && fraction <= 1))
            throw new IllegalArgumentException("a share of " + fraction + " is outside 0 to 1");
    }

    public boolean holds(String turnId) {
        String digest = Digests.sha256("reward share", turnId);
        return Long.parseLong(digest.substring(0, DIGITS), 16) / RANGE < fraction;
    }
}
