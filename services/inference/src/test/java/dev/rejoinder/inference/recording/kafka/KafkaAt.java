package dev.rejoinder.inference.recording.kafka;

import dev.rejoinder.kernel.kafka.KafkaSettings;
import java.time.Duration;

/** One broker, one partition. */
record KafkaAt(String bootstrapServers) implements KafkaSettings {
    @Override
    public int partitions() {
        return 1;
    }

    @Override
    public short replication() {
        return 1;
    }

    @Override
    public Duration retention() {
        return Duration.ofDays(1);
    }
}
