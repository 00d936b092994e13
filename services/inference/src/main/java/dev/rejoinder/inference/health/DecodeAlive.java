package dev.rejoinder.inference.health;

import dev.rejoinder.inference.InferenceNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive while the thread that steps the batch is. */
@Liveness
@ApplicationScoped
public class DecodeAlive implements HealthCheck {
    private final InferenceNode node;

    @Inject
    public DecodeAlive(InferenceNode node) {
        this.node = node;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("inference decode thread")
                .status(node.isDecoding())
                .build();
    }
}
