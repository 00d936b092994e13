package dev.rejoinder.preferences;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while Kafka answers; the data source has a check of its own. */
@Readiness
@Singleton
public class PreferencesReadiness implements HealthCheck {
    private final PreferencesNode node;

    @Inject
    PreferencesReadiness(PreferencesNode node) {
        this.node = node;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("preferences reads signals from Kafka")
                .status(node.isConnected())
                .build();
    }
}
