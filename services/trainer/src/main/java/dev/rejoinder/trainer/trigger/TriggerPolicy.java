package dev.rejoinder.trainer.trigger;

import dev.rejoinder.trainer.run.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a run begins by itself: enough new pairs and then quiet for a while, or enough time with
 * some new pairs. New means: not yet used by a run that was registered or refused.
 *
 * @param minNewPairs for {@link Cause#PAIRS}, at least 1
 * @param quiet no new pair for so long, so that a burst becomes one run; zero for at once
 * @param maxInterval after the last run (or the start) for {@link Cause#TIME}
 * @param minPairs fewest new pairs for {@link Cause#TIME}, at least 1
 * @param retryPause how long a failed run is not tried again
 */
public record TriggerPolicy(
        int minNewPairs, Duration quiet, Duration maxInterval, int minPairs, Duration retryPause) {
    public TriggerPolicy {
        if (minNewPairs < 1 || minPairs < 1)
            throw new IllegalArgumentException(
                    "trigger with min-new-pairs of "
                            + minNewPairs
                            + " and min-pairs of "
                            + minPairs
                            + ": both must be at least 1");
        if (quiet.isNegative() || maxInterval.isNegative() || retryPause.isNegative())
            throw new IllegalArgumentException("a trigger's durations are never negative");
    }

    /**
     * What the trigger sees.
     *
     * @param newPairs pairs no finished run has used
     * @param lastPairAt when the newest of them was seen
     * @param since when the last run was over, or the service began
     * @param lastFailed whether that run failed
     */
    public record Situation(
            int newPairs, Instant lastPairAt, Instant since, boolean lastFailed, Instant now) {}

    /** Why a run should begin now, if it should. */
    public Optional<Cause> decide(Situation s) {
        Duration waited = Duration.between(s.since(), s.now());
        if (s.lastFailed() && waited.compareTo(retryPause) < 0) return Optional.empty();
        boolean isQuiet = Duration.between(s.lastPairAt(), s.now()).compareTo(quiet) >= 0;
        if (s.newPairs() >= minNewPairs && isQuiet) return Optional.of(Cause.PAIRS);
        boolean isLate = waited.compareTo(maxInterval) >= 0;
        return s.newPairs() >= minPairs && isLate ? Optional.of(Cause.TIME) : Optional.empty();
    }
}
