package dev.rejoinder.inference.health;

import dev.rejoinder.inference.InferenceNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready once the model is loaded. Kafka and the registry may be away: chats are answered and kept
 * all the same.
 */
@Readiness
@ApplicationScoped
public class ModelReady implements HealthCheck {
    private final InferenceNode node;

    @Inject
    public ModelReady(InferenceNode node) {
        this.node = node;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("inference model loaded")
                .withData("model", node.router().modelId())
                .status(node.isDecoding())
                .build();
    }
}
