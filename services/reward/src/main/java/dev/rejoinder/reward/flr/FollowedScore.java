package dev.rejoinder.reward.flr;

import java.util.List;

/**
 * Log-probabilities under the base model.
 *
 * @param replyLogProbs one for each token of the reply's text, without the end marker
 * @param followUps in the order they were asked for
 */
public record FollowedScore(float[] replyLogProbs, List<FollowUpScore> followUps) {
    public FollowedScore {
        followUps = List.copyOf(followUps);
    }

    /**
     * One follow-up.
     *
     * @param meanLogProb {@code s(f | x, y)}, nats per token
     * @param tokens of the follow-up
     */
    public record FollowUpScore(double meanLogProb, int tokens) {}
}
