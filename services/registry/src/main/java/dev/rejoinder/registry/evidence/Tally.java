package dev.rejoinder.registry.evidence;

/** Counts of confident signals on one version's replies. */
public record Tally(long sat, long dsat, long neither) {
    public static final Tally NONE = new Tally(0, 0, 0);

    public Tally {
        if (sat < 0 || dsat < 0 || neither < 0)
            throw new IllegalArgumentException(
                    "a tally of %d, %d, %d counts less than nothing".formatted(sat, dsat, neither));
    }

    public long followUps() {
        return sat + dsat + neither;
    }

    /** Share of the follow-ups that were dissatisfied; 0 where there are none. */
    public double dissatisfaction() {
        return followUps() == 0 ? 0 : (double) dsat / followUps();
    }

    public Tally plus(Outcome outcome, long count) {
        return switch (outcome) {
            case SAT -> new Tally(sat + count, dsat, neither);
            case DSAT -> new Tally(sat, dsat + count, neither);
            case NEITHER -> new Tally(sat, dsat, neither + count);
        };
    }
}
