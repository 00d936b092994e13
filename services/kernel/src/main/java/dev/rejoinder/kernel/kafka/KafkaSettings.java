package dev.rejoinder.kernel.kafka;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

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
}
