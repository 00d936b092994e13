package dev.rejoinder.trainer;

import dev.rejoinder.kernel.error.Refusal;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the training thread runs and the database of runs answers. */
@Readiness
@Singleton
final class TrainerHealth implements HealthCheck {
    private final TrainerLifecycle lifecycle;
    private final Trainer trainer;

    TrainerHealth(TrainerLifecycle lifecycle, Trainer trainer) {
        this.lifecycle = lifecycle;
        this.trainer = trainer;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("trainer");
        try {
            return response.withData("open runs", trainer.runs().open().size())
                    .withData("pairs waiting", trainer.watch().waiting())
                    .status(lifecycle.isRunning())
                    .build();
        } catch (Refusal e) {
            return response.withData("reason", String.valueOf(e.getMessage())).down().build();
        }
    }
}
