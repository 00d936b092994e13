package dev.rejoinder.registry.evidence;

/**
 * The two e-values of a trial.
 *
 * @param better against "the canary is no better", see {@link EProcess}
 * @param worse against "the canary is no worse"
 */
public record EValues(double better, double worse) {
    public static EValues of(Evidence evidence) {
        return new EValues(
                EProcess.of(evidence.canary(), evidence.champion()),
                EProcess.of(evidence.champion(), evidence.canary()));
    }
}
