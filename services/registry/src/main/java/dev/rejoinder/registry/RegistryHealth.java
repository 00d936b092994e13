package dev.rejoinder.registry;

import io.smallrye.health.api.Wellness;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Whether Kafka has what it should. Wellness, not readiness: without Kafka the registry still
 * registers, lists and promotes, and publishes when it is back. Readiness is the database's check.
 */
@Wellness
@Singleton
final class RegistryHealth implements HealthCheck {
    private final RegistryApplication application;

    @Inject
    RegistryHealth(RegistryApplication application) {
        this.application = application;
    }

    @Override
    public HealthCheckResponse call() {
        boolean hears = application.parts().hearsSignals();
        boolean published = application.parts().isPublished();
        return HealthCheckResponse.named("registry")
                .status(hears && published)
                .withData("signals", hears)
                .withData("routing", published)
                .build();
    }
}
