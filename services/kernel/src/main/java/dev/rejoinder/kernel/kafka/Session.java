package dev.rejoinder.kernel.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A consumer and its transactional producer, for as long as both are well. After any failure of
 * Kafka it is thrown away; the next session has the same transactional id, so opening it aborts
 * what the old one left open, and it starts at the last committed offset.
 *
 * <p>For one thread, like the consumer inside.
 */
final class Session implements AutoCloseable {
    private static final Duration LEAVE = Duration.ofSeconds(2);

    private final Consumer<String, byte[]> consumer;
    private final Producer<String, byte[]> producer;
    private final Pulse pulse;

    private Session(Consumer<String, byte[]> consumer, Producer<String, byte[]> producer) {
        this.consumer = consumer;
        this.producer = producer;
        this.pulse = new Pulse(consumer);
    }

    /**
     * Joins the group.
     *
     * @param transactionalId the same for every session of one loop
     */
    static Session open(
            Clients clients, EventLoop.Subscription subscription, String transactionalId) {
        Producer<String, byte[]> producer = clients.transactionalProducer(transactionalId);
        Session opened;
        try {
            opened =
                    new Session(
                            clients.consumer(subscription.group(), subscription.maxBatch()),
                            producer);
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
        try {
            producer.initTransactions();
            opened.consumer.subscribe(subscription.inputTopics());
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    List<ConsumerRecord<String, byte[]>> poll(Duration limit) {
        List<ConsumerRecord<String, byte[]>> batch = new ArrayList<>();
        consumer.poll(limit).forEach(batch::add);
        return batch;
    }

    /** Whether the brokers answer; see {@link Pulse#beats}. */
    boolean isAlive() {
        return pulse.beats();
    }

    /** Has the batch come again with the next poll. Partitions only change hands inside a poll. */
    void rewind(List<ConsumerRecord<String, byte[]>> batch) {
        Map<TopicPartition, Long> first = new HashMap<>();
        for (ConsumerRecord<String, byte[]> r : batch)
            first.merge(partition(r), r.offset(), Math::min);
        first.forEach(consumer::seek);
    }

    /** Publishes the outputs and commits the batch's offsets, together or not at all. */
    void commit(
            List<ConsumerRecord<String, byte[]>> batch,
            List<ProducerRecord<String, byte[]>> outputs) {
        producer.beginTransaction();
        for (ProducerRecord<String, byte[]> output : outputs) producer.send(output);
        producer.sendOffsetsToTransaction(after(batch), consumer.groupMetadata());
        producer.commitTransaction();
    }

    private static Map<TopicPartition, OffsetAndMetadata> after(
            List<ConsumerRecord<String, byte[]>> batch) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (ConsumerRecord<String, byte[]> r : batch)
            offsets.put(partition(r), new OffsetAndMetadata(r.offset() + 1, r.leaderEpoch(), ""));
        return offsets;
    }

    private static TopicPartition partition(ConsumerRecord<String, byte[]> r) {
        return new TopicPartition(r.topic(), r.partition());
    }

    /** Leaves the group. A transaction that is still open is aborted by the next session. */
    @Override
    public void close() {
        try {
            producer.close(Duration.ZERO);
        } finally {
            consumer.close(CloseOptions.timeout(LEAVE));
        }
    }
}
