package dev.rejoinder.kernel.kafka;

import dev.rejoinder.kernel.lifecycle.Worker;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.proto.EventTopic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Follows a compacted topic as a table: every record from the start, then every change as it comes,
 * in each process of its own (no consumer group).
 *
 * <ul>
 *   <li>After a failure of Kafka, or a transient one of the reader, it reads from the start again,
 *       so the reader must take the same record twice.
 *   <li>A record that the reader cannot take is logged and passed over: one bad row must not hide
 *       the rest of the table.
 * </ul>
 */
public final class TableFollower implements AutoCloseable {
    private static final Log LOG = Log.of(TableFollower.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Worker.Rhythm RHYTHM =
            new Worker.Rhythm(Duration.ofSeconds(1), Duration.ofSeconds(5));

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
    private boolean waiting;
    private volatile boolean caughtUp;
    private volatile boolean closing;

    private TableFollower(Clients clients, Topics topics, EventTopic topic, Reader reader) {
        this.clients = clients;
        this.topics = topics;
        this.topic = topic;
        this.reader = reader;
        this.worker = Worker.start("follow-" + topic.topic(), RHYTHM, this::pass, this::drop);
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
            current.poll(POLL).forEach(this::read);
            if (!caughtUp) caughtUp = hasReached(current, ends);
            waiting = false;
            return true;
        } catch (RuntimeException e) {
            drop();
            if (closing) return false;
            if (!Failures.isTransient(e)) throw e;
            if (!waiting) LOG.warn("waiting for Kafka", "topic", topic.topic(), "reason", e);
            waiting = true;
            return false;
        }
    }

    private void read(ConsumerRecord<String, byte[]> record) {
        try {
            reader.read(record);
        } catch (RuntimeException e) {
            if (closing || Failures.isTransient(e)) throw e;
            LOG.error(
                    "row passed over",
                    e,
                    "topic",
                    record.topic(),
                    "partition",
                    record.partition(),
                    "offset",
                    record.offset());
        }
    }

    private static boolean hasReached(
            Consumer<String, byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private Consumer<String, byte[]> open() {
        topics.ensure(List.of(topic));
        Consumer<String, byte[]> opened = clients.freeConsumer();
        try {
            List<TopicPartition> partitions =
                    opened.partitionsFor(topic.topic()).stream()
                            .map(p -> new TopicPartition(p.topic(), p.partition()))
                            .toList();
            if (partitions.isEmpty())
                throw new KafkaException("the brokers do not know " + topic.topic() + " yet");
            opened.assign(partitions);
            opened.seekToBeginning(partitions);
            ends = opened.endOffsets(partitions);
            return opened;
        } catch (RuntimeException e) {
            opened.close(CloseOptions.timeout(Duration.ZERO));
            throw e;
        }
    }

    private void drop() {
        Consumer<String, byte[]> old = consumer;
        consumer = null;
        if (old == null) return;
        boolean interrupted = Thread.interrupted();
        try {
            old.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        } catch (RuntimeException e) {
            LOG.debug("consumer left uncleanly", "topic", topic.topic(), "reason", e);
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing = true;
        worker.close();
    }
}
