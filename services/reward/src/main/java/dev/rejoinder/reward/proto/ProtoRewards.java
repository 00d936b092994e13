package dev.rejoinder.reward.proto;

import dev.rejoinder.proto.reward.v1.Dimension;
import dev.rejoinder.proto.reward.v1.DimensionReward;
import dev.rejoinder.proto.reward.v1.FollowUpScore;
import dev.rejoinder.proto.reward.v1.FollowedScore;
import dev.rejoinder.proto.reward.v1.Reward;

/** Rewards and scores. */
public final class ProtoRewards {
    private ProtoRewards() {}

    public static Reward reward(dev.rejoinder.reward.flr.Reward reward) {
        Reward.Builder builder =
                Reward.newBuilder()
                        .setTotal(reward.total())
                        .setBaselineCorrected(reward.baselineCorrected())
                        .setScorer(reward.scorer());
        reward.dimensions()
                .forEach((dimension, value) ->
                        builder.addDimensions(
                                DimensionReward.newBuilder()
                                        .setDimension(dimension(dimension))
                                        .setValue(value)));
        return builder.build();
    }

    static Dimension dimension(dev.rejoinder.reward.flr.Dimension dimension) {
        return switch (dimension) {
            case UNDERSTANDING -> Dimension.DIMENSION_UNDERSTANDING;
            case RELEVANCE -> Dimension.DIMENSION_RELEVANCE;
            case CORRECTNESS -> Dimension.DIMENSION_CORRECTNESS;
            case ENGAGINGNESS -> Dimension.DIMENSION_ENGAGINGNESS;
            case INFORMATIVENESS -> Dimension.DIMENSION_INFORMATIVENESS;
            case INSTRUCTION_FOLLOWING -> Dimension.DIMENSION_INSTRUCTION_FOLLOWING;
        };
    }

    public static FollowedScore score(dev.rejoinder.reward.flr.FollowedScore score) {
        FollowedScore.Builder builder = FollowedScore.newBuilder();
        for (float p : score.replyLogProbs()) builder.addReplyLogProbs(p);
        score.followUps()
                .forEach(f ->
                        builder.addFollowUps(
                                FollowUpScore.newBuilder()
                                        .setMeanLogProb(f.meanLogProb())
                                        .setTokens(f.tokens())));
        return builder.build();
    }
}
