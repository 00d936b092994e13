package dev.rejoinder.trainer.evaluate;

/**
 * What was measured of a candidate adapter.
 *
 * @param heldOut pairs of users it was not trained on
 * @param complaints how likely the real follow-ups still are
 * @param text the fixed text
 * @param baseLogProb mean over the candidate's replies of the base's mean log-probability per token
 * @param candidate its sampled replies
 * @param champion the champion's replies to the same prompts under the same seeds
 * @param askedLengthRatio words of the pairs' chosen replies over those of the rejected ones: what
 *     users ask for
 * @param change how far it moved
 */
public record Measurements(
        HeldOut heldOut,
        Complaints complaints,
        Text text,
        double baseLogProb,
        ReplyStatistics candidate,
        ReplyStatistics champion,
        double askedLengthRatio,
        Change change) {

    /**
     * @param pairs how many
     * @param accuracy share with an implicit reward margin above 0
     */
    public record HeldOut(int pairs, double accuracy) {}

    /**
     * How much less likely the real follow-ups are after the candidate's replies than after the
     * champion's, see {@link ComplaintGain}.
     *
     * @param followUps how many could be asked about; 0 where pairs carry none
     * @param gain mean, nats per token
     * @param standardError of the mean
     * @param wished the same mean from the pairs' rejected replies to their chosen ones: what this
     *     way of asking finds where users did get what they wanted
     */
    public record Complaints(int followUps, double gain, double standardError, double wished) {}

    /** Perplexities on the fixed held-out text. */
    public record Text(double base, double candidate) {
        double ratio() {
            return candidate / base;
        }
    }

    /**
     * @param nats mean absolute change of a held-out reply's log-probability, per token
     * @param largestGradientNorm of the training's steps
     */
    public record Change(double nats, double largestGradientNorm) {}
}
