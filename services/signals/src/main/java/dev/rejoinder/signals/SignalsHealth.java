package dev.rejoinder.signals;

import dev.rejoinder.signals.detect.Detector;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready once the detector is loaded. Kafka away is told, not punished: requests are still answered,
 * and no turn is lost.
 */
@Readiness
@ApplicationScoped
class SignalsHealth implements HealthCheck {
    private final SignalsLoop loop;
    private final Detector detector;

    @Inject
    SignalsHealth(SignalsLoop loop, Detector detector) {
        this.loop = loop;
        this.detector = detector;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("signals")
                .up()
                .withData("detector", detector.name())
                .withData("kafka", loop.isConnected())
                .build();
    }
}
