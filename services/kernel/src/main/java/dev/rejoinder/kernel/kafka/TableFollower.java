package dev.rejoinder.kernel.kafka;

import dev.rejoinder.kernel.lifecycle.Worker;
import dev.rejoinder.proto.EventTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Follows a compacted topic as a table: every record from the start, then every change as it comes,
 * in each process of its own (no consumer group). After Kafka was away it reads from the start
 * again, so the reader must take the same record twice.
 */
public final class TableFollower implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Takes one record; on the follower's thread. */
    @FunctionalInterface
    public interface Reader {
        void read(ConsumerRecord<String, byte[]> record);
    }

    private final Clients clients;
    private final Topics topics;
    private final EventTopic topic;
    private final Reader reader;
    private final Worker worker;
    private @Nullable Consumer<String, byte[]> consumer;
    private Map<TopicPartition, Long> ends = Map.of();
    private volatile boolean caughtUp;

    private TableFollower(Clients clients, Topics topics, EventTopic topic, Reader reader) {
        this.clients = clients;
        this.topics = topics;
        this.topic = topic;
        this.reader = reader;
        this.worker =
                Worker.start(
                        "follow-" + topic.topic(), Duration.ofSeconds(1), PATIENCE, this::pass);
    }

    public static TableFollower start(
            Clients clients, Topics topics, EventTopic topic, Reader reader) {
        return new TableFollower(clients, topics, topic, reader);
    }

    /** Whether everything that stood in the topic when the follower began has been read. */
    public boolean isCaughtUp() {
        return caughtUp;
    }

    private boolean pass() {
        try {
            Consumer<String, byte[]> current = consumer == null ? open() : consumer;
            consumer = current;
            current.poll(POLL).forEach(reader::read);
            if (!caughtUp)
                caughtUp =
                        ends.entrySet().stream()
                                .allMatch(e -> current.position(e.getKey()) >= e.getValue());
            return true;
        } catch (RuntimeException e) {
            drop();
            throw e;
        }
    }

    private Consumer<String, byte[]> open() {
        topics.ensure(List.of(topic));
        Consumer<String, byte[]> opened = clients.freeConsumer();
        try {
            List<TopicPartition> partitions = new ArrayList<>();
            opened.partitionsFor(topic.topic())
                    .forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition())));
            opened.assign(partitions);
            opened.seekToBeginning(partitions);
            ends = opened.endOffsets(partitions);
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void drop() {
        Consumer<String, byte[]> old = consumer;
        consumer = null;
        if (old != null)
            old.close(
                    org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
    }

    @Override
    public void close() {
        worker.close();
        drop();
    }
}
