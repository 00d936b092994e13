package dev.rejoinder.registry;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.reward.v1.MutinyRewardServiceGrpc;
import dev.rejoinder.proto.reward.v1.ScoreFollowUpsRequest;
import dev.rejoinder.proto.reward.v1.ScoreFollowUpsResponse;
import io.quarkus.grpc.GrpcService;
import io.smallrye.mutiny.Uni;

/** A Mutiny service of the test, to see that the kernel maps the refusals of such ones too. */
@GrpcService
public class RefusingRewardService extends MutinyRewardServiceGrpc.RewardServiceImplBase {
    @Override
    public Uni<ScoreFollowUpsResponse> scoreFollowUps(ScoreFollowUpsRequest request) {
        return Uni.createFrom().failure(Refusal.unavailable("the scorer is away; try again"));
    }
}
