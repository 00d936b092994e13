package dev.rejoinder.reward;

import dev.rejoinder.reward.flr.FlrScorer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready once the scorer is loaded. Kafka away is told, not punished: requests are still answered,
 * and no turn is lost.
 */
@Readiness
@ApplicationScoped
class RewardHealth implements HealthCheck {
    private final RewardLoop loop;
    private final FlrScorer scorer;

    @Inject
    RewardHealth(RewardLoop loop, FlrScorer scorer) {
        this.loop = loop;
        this.scorer = scorer;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("reward")
                .up()
                .withData("scorer", scorer.name())
                .withData("kafka", loop.isConnected())
                .build();
    }
}
