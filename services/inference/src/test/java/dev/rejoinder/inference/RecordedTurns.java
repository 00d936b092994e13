package dev.rejoinder.inference;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.inference.v1.TurnEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads the turns' topic from its start. */
final class RecordedTurns implements AutoCloseable {
    private final KafkaConsumer<String, byte[]> consumer;
    private final List<TurnEvent> seen = new ArrayList<>();

    RecordedTurns(String bootstrapServers) {
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "group.id",
                                "test-" + System.nanoTime(),
                                "auto.offset.reset",
                                "earliest",
                                "metadata.max.age.ms",
                                500),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
        consumer.subscribe(List.of(EventTopic.TURNS.topic()));
    }

    /** All turns seen, once the condition holds for them. */
    List<TurnEvent> until(Predicate<List<TurnEvent>> condition) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> {
                    for (ConsumerRecord<String, byte[]> r : consumer.poll(Duration.ofMillis(100)))
                        seen.add(parse(r));
                    return condition.test(seen);
                });
        return List.copyOf(seen);
    }

    /** The turn of a completion. */
    TurnEvent of(String completionId) {
        Predicate<TurnEvent> wanted = e -> e.getRecorded().getCompletionId().equals(completionId);
        return until(all -> all.stream().anyMatch(wanted)).stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow();
    }

    private static TurnEvent parse(ConsumerRecord<String, byte[]> record) {
        try {
            return TurnEvent.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
