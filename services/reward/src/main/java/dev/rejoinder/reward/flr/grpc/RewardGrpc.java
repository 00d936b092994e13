package dev.rejoinder.reward.flr.grpc;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.grpc.Offload;
import dev.rejoinder.proto.reward.v1.RewardService;
import dev.rejoinder.proto.reward.v1.ScoreFollowUpsRequest;
import dev.rejoinder.proto.reward.v1.ScoreFollowUpsResponse;
import dev.rejoinder.proto.reward.v1.ScoreRepliesRequest;
import dev.rejoinder.proto.reward.v1.ScoreRepliesResponse;
import dev.rejoinder.reward.flr.FlrScorer;
import dev.rejoinder.reward.flr.FollowUpScorer;
import dev.rejoinder.reward.proto.ProtoRewards;
import io.quarkus.grpc.GrpcService;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.function.Supplier;

/** {@code RewardService}: scores what it is sent and records nothing. */
@GrpcService
public class RewardGrpc implements RewardService {
    private final FlrScorer replies;
    private final FollowUpScorer followUps;

    @Inject
    public RewardGrpc(FlrScorer replies, FollowUpScorer followUps) {
        this.replies = replies;
        this.followUps = followUps;
    }

    @Override
    public Uni<ScoreRepliesResponse> scoreReplies(ScoreRepliesRequest request) {
        return answer(() ->
                ScoreRepliesResponse.newBuilder()
                        .addAllRewards(
                                replies.score(RewardRequests.replies(request)).stream()
                                        .map(ProtoRewards::reward)
                                        .toList())
                        .build());
    }

    @Override
    public Uni<ScoreFollowUpsResponse> scoreFollowUps(ScoreFollowUpsRequest request) {
        return answer(() ->
                ScoreFollowUpsResponse.newBuilder()
                        .addAllScores(
                                followUps.score(RewardRequests.followUps(request)).stream()
                                        .map(ProtoRewards::score)
                                        .toList())
                        .build());
    }

    /** What the chat template refuses is the caller's fault, too. */
    private static <T> Uni<T> answer(Supplier<T> work) {
        return Uni.createFrom()
                .item(work)
                .runSubscriptionOn(Offload.executor())
                .onFailure(IllegalArgumentException.class)
                .transform(e -> Refusal.invalid("chats", String.valueOf(e.getMessage())));
    }
}
