package dev.rejoinder.reward.flr;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * FLR of a reply, in nats per token.
 *
 * @param total mean over the dimensions
 * @param dimensions r_d of each
 * @param baselineCorrected total minus that of an empty reply to the same prompt, so that a
 *     follow-up that is likely anyway counts for nothing
 * @param scorer name and version
 */
public record Reward(
        double total, Map<Dimension, Double> dimensions, double baselineCorrected, String scorer) {
    public Reward {
        dimensions = Collections.unmodifiableMap(new EnumMap<>(dimensions));
    }
}
