package dev.rejoinder.inference.health;

import dev.rejoinder.inference.InferenceNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready once the model is loaded and the registry was asked for its base. Kafka and the registry
 * may be away, which costs two deadlines: chats are answered and kept all the same. Only where the
 * registry knows other weights by the model's name is the node not ready, so that nodes with the
 * right ones go on alone.
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
        HealthCheckResponseBuilder answer =
                HealthCheckResponse.named("inference model loaded")
                        .withData("model", node.router().modelId())
                        .status(
                                node.isDecoding()
                                        && node.hasAskedRegistry()
                                        && node.refusal().isEmpty());
        node.refusal().ifPresent(reason -> answer.withData("refused", reason));
        return answer.build();
    }
}
