package dev.rejoinder.registry;

import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.EventLoop;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.registry.evidence.CanaryRules;
import dev.rejoinder.registry.evidence.Decision.Settled;
import dev.rejoinder.registry.evidence.kafka.SignalReader;
import dev.rejoinder.registry.rollout.Registry;
import dev.rejoinder.registry.rollout.Rollouts;
import dev.rejoinder.registry.rollout.kafka.RoutingPublisher;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;

/** The registry's running parts, without a container, so that tests run the same ones. */
final class RegistryParts implements AutoCloseable {
    private static final Log LOG = Log.of(RegistryParts.class);
    private static final int BATCH = 200;

    private final Registry registry;
    private final RoutingPublisher publisher;
    private final EventLoop signals;

    /**
     * Kafka as the parts reach it.
     *
     * @param clients to read signals and write routing
     */
    record Kafka(Clients clients, Topics topics) {}

    private RegistryParts(Registry registry, RoutingPublisher publisher, EventLoop signals) {
        this.registry = registry;
        this.publisher = publisher;
        this.signals = signals;
    }

    /** Starts the publisher, then the reader of signals. Neither needs Kafka to be there yet. */
    static RegistryParts start(
            Rollouts rollouts, CanaryRules rules, Kafka kafka, Surroundings surroundings) {
        RegistryMetrics metrics = new RegistryMetrics(rollouts, surroundings.meters());
        metrics.refresh();
        RoutingPublisher publisher =
                RoutingPublisher.start(rollouts, kafka.clients(), kafka.topics());
        Registry registry =
                new Registry(
                        rollouts, rules, surroundings.clock(), new Changes(publisher, metrics));
        EventLoop signals =
                EventLoop.start(
                        kafka.clients(),
                        kafka.topics(),
                        new EventLoop.Subscription(
                                "registry", List.of(EventTopic.SIGNALS), List.of(), BATCH),
                        new SignalReader(registry::observe));
        return new RegistryParts(registry, publisher, signals);
    }

    /** What the process gives. */
    record Surroundings(Clock clock, MeterRegistry meters) {}

    Registry registry() {
        return registry;
    }

    /** Whether the brokers answer the reader of signals. */
    boolean hearsSignals() {
        return signals.isConnected();
    }

    /** Whether the brokers have every routing table. */
    boolean isPublished() {
        return publisher.isPublished();
    }

    @Override
    public void close() {
        signals.close();
        publisher.close();
    }

    /** Passes changes on: first to the topic, then to the figures. */
    private record Changes(RoutingPublisher publisher, RegistryMetrics metrics)
            implements Registry.Listener {
        @Override
        public void changed() {
            publisher.poke();
            metrics.refresh();
        }

        @Override
        public void settled(String modelId, Settled decision) {
            LOG.info("canary settled", "modelId", modelId, "reason", decision.reason());
            metrics.count(modelId, decision);
        }
    }
}
