package dev.rejoinder.trainer.evaluate;

/**
 * The limits of the gate.
 *
 * @param minHeldOutAccuracy share of held-out pairs the adapter must tell apart
 * @param minFollowUpGain nats per token by which real complaints must have become less likely, less
 *     what noise explains and the pairs themselves do not reach
 * @param maxPerplexityRatio candidate over base on the fixed text
 * @param minBaseLogProb mean log-probability per token the base gives the new replies
 * @param minDiversityRatio distinct-2 of the new replies over the champion's
 * @param minOnTopicRatio share of replies on their prompt's topic, over the champion's share
 * @param maxEmptyReplies replies that say nothing
 * @param maxRepeatedReplies replies given to more than one prompt
 * @param minChange nats per token by which the adapter must differ from the base
 */
public record GateLimits(
        double minHeldOutAccuracy,
        double minFollowUpGain,
        double maxPerplexityRatio,
        double minBaseLogProb,
        double minDiversityRatio,
        double minOnTopicRatio,
        int maxEmptyReplies,
        int maxRepeatedReplies,
        double minChange) {
    public GateLimits {
        share("min-held-out-accuracy", minHeldOutAccuracy);
        share("min-diversity-ratio", minDiversityRatio);
        share("min-on-topic-ratio", minOnTopicRatio);
        if (!(maxPerplexityRatio > 0))
            throw new IllegalArgumentException(
                    "max-perplexity-ratio of " + maxPerplexityRatio + " is not above 0");
        count("max-empty-replies", maxEmptyReplies);
        count("max-repeated-replies", maxRepeatedReplies);
        if (!(minChange > 0))
            throw new IllegalArgumentException(
                    "min-change of " + minChange + " is not above 0: a no-op would pass");
    }

    private static void count(String name, int value) {
        if (value < 0) throw new IllegalArgumentException(name + " of " + value + " is below 0");
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value <= 1))
            throw new IllegalArgumentException(name + " of " + value + " is outside 0 to 1");
    }
}
