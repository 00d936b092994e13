package dev.rejoinder.standalone.demo;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.inference.v1.TurnEvent;
import dev.rejoinder.proto.preferences.v1.PairEvent;
import dev.rejoinder.proto.registry.v1.ModelEvent;
import dev.rejoinder.proto.signals.v1.SignalEvent;
import dev.rejoinder.proto.trainer.v1.RunEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads the platform's event log from the start and on, as any consumer may. */
final class EventTap implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    /** How often topics are looked for that were not there before. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Consumer<String, byte[]> consumer;
    private final Observations observations;
    private final Thread reader;
    private volatile boolean closed;

    private EventTap(String bootstrapServers, Observations observations) {
        this.observations = observations;
        this.consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "isolation.level",
                                "read_committed",
                                "auto.offset.reset",
                                "earliest",
                                "enable.auto.commit",
                                false,
                                "allow.auto.create.topics",
                                false),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
        this.reader = Thread.ofPlatform().name("event-tap").daemon().start(this::read);
    }

    static EventTap open(String bootstrapServers, Observations observations) {
        return new EventTap(bootstrapServers, observations);
    }

    private void read() {
        try (consumer) {
            Set<TopicPartition> assigned = new HashSet<>();
            long nextLook = System.nanoTime();
            while (!closed) {
                if (System.nanoTime() - nextLook >= 0) {
                    takeUpNewTopics(assigned);
                    nextLook = System.nanoTime() + LOOK.toNanos();
                }
                if (assigned.isEmpty()) pause();
                else for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) take(record);
            }
        }
    }

    /** A topic is made by whoever first writes to it, which may be long after the start. */
    private void takeUpNewTopics(Set<TopicPartition> assigned) {
        List<TopicPartition> fresh = new ArrayList<>();
        for (EventTopic topic : EventTopic.values()) {
            if (assigned.stream().anyMatch(p -> p.topic().equals(topic.topic()))) continue;
            consumer.partitionsFor(topic.topic())
                    .forEach(p -> fresh.add(new TopicPartition(p.topic(), p.partition())));
        }
        if (fresh.isEmpty()) return;
        assigned.addAll(fresh);
        consumer.assign(assigned);
        consumer.seekToBeginning(fresh);
    }

    private static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        EventTopic topic =
                Arrays.stream(EventTopic.values())
                        .filter(t -> t.topic().equals(record.topic()))
                        .findFirst()
                        .orElseThrow();
        try {
            switch (topic) {
                case TURNS -> observations.take(TurnEvent.parseFrom(record.value()));
                case SIGNALS -> observations.take(SignalEvent.parseFrom(record.value()));
                case PAIRS -> observations.take(PairEvent.parseFrom(record.value()));
                case RUNS -> observations.take(RunEvent.parseFrom(record.value()));
                case MODELS -> observations.take(ModelEvent.parseFrom(record.value()));
                case REWARDS -> observations.tookReward();
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "a record of " + record.topic() + " is not its event", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            reader.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
