package dev.rejoinder.kernel.kafka;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Where Kafka is and how topics are made. */
@ConfigMapping(prefix = "rejoinder.kafka")
public interface KafkaSettings {
    /** Brokers, {@code host:port}, comma-separated. */
    @WithDefault("127.0.0.1:9092")
    String bootstrapServers();

    /** Partitions of a topic that has to be made. */
    @WithDefault("3")
    int partitions();

    /** Copies of a topic that has to be made; 3 in a cluster. */
    @WithDefault("1")
    short replication();

    /** How long events stay in topics that are not compacted. */
    @WithDefault("30d")
    Duration retention();

    /**
     * This process's lasting name, unlike any other's of the same service: a StatefulSet's pod
     * name, or what owns the data directory. With it a restarted process takes its partitions and
     * its open transaction over at once; without it the brokers wait 15 seconds for the dead one.
     */
    default Optional<String> instance() {
        return Optional.empty();
    }
}
