package dev.rejoinder.registry;

import dev.rejoinder.kernel.jdbc.Schema;
import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.registry.rollout.Registry;
import dev.rejoinder.registry.rollout.jdbc.JdbcRollouts;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import javax.sql.DataSource;

/** Starts the registry's parts with the process and stops them with it. */
@Singleton
final class RegistryApplication {
    private final RegistryParts parts;

    @Inject
    RegistryApplication(
            RegistrySettings settings,
            DataSource source,
            Clients clients,
            Topics topics,
            Clock clock,
            MeterRegistry meters) {
        this.parts =
                RegistryParts.start(
                        new JdbcRollouts(Schema.open(source, "registry")),
                        RegistrySettings.rules(settings),
                        new RegistryParts.Kafka(clients, topics),
                        new RegistryParts.Surroundings(clock, meters));
    }

    void start(@Observes StartupEvent event) {
        // The constructor did it all; observing the event is what has it called.
    }

    void stop(@Observes ShutdownEvent event) {
        parts.close();
    }

    @Produces
    @Singleton
    Registry registry() {
        return parts.registry();
    }

    RegistryParts parts() {
        return parts;
    }
}
