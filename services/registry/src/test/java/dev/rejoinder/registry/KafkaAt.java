package dev.rejoinder.registry;

import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.KafkaSettings;
import dev.rejoinder.kernel.kafka.Topics;
import java.time.Duration;

/** Settings for a broker of the test. */
record KafkaAt(String bootstrapServers) implements KafkaSettings {
    @Override
    public int partitions() {
        return 2;
    }

    @Override
    public short replication() {
        return 1;
    }

    @Override
    public Duration retention() {
        return Duration.ofDays(1);
    }

    Clients clients() {
        return new Clients(this);
    }

    Topics topics() {
        return new Topics(this);
    }
}
