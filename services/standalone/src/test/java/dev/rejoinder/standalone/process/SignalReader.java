package dev.rejoinder.standalone.process;

import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.signals.v1.SignalDetected;
import dev.rejoinder.proto.signals.v1.SignalEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads the signals' topic like any consumer. */
final class SignalReader {
    private SignalReader() {}

    static SignalDetected first(String bootstrapServers, Duration limit) throws Exception {
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers", bootstrapServers,
                                "group.id", "test",
                                "isolation.level", "read_committed",
                                "auto.offset.reset", "earliest",
                                "enable.auto.commit", "false",
                                "metadata.max.age.ms", "1000"),
                        new StringDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(EventTopic.SIGNALS.topic()));
            long end = System.nanoTime() + limit.toNanos();
            while (System.nanoTime() < end)
                for (ConsumerRecord<String, byte[]> r : consumer.poll(Duration.ofMillis(200)))
                    return SignalEvent.parseFrom(r.value()).getDetected();
            throw new AssertionError("no signal within " + limit);
        }
    }
}
