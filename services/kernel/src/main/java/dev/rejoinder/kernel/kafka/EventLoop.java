package dev.rejoinder.kernel.kafka;

import dev.rejoinder.kernel.lifecycle.Worker;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.proto.EventTopic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Consume, process, produce, in Kafka transactions: a batch's outputs and its offsets become
 * visible together or not at all, whatever dies in between. Kafka may be away at the start or
 * later; the loop goes on when it is back.
 */
public final class EventLoop implements AutoCloseable {
    private static final Log LOG = Log.of(EventLoop.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /**
     * What to read.
     *
     * @param group the consumer group: the service's name and what it does
     * @param inputs topics to read
     * @param outputs topics the handler publishes to
     * @param maxBatch most records a call of the handler gets
     */
    public record Subscription(
            String group, List<EventTopic> inputs, List<EventTopic> outputs, int maxBatch) {
        public Subscription {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
        }
    }

    private final Clients clients;
    private final Topics topics;
    private final Subscription subscription;
    private final EventHandler handler;
    private @Nullable Session session;
    private final Worker worker;
    private volatile boolean connected;

    private EventLoop(
            Clients clients, Topics topics, Subscription subscription, EventHandler handler) {
        this.clients = clients;
        this.topics = topics;
        this.subscription = subscription;
        this.handler = handler;
        this.worker = Worker.start(subscription.group(), RETRY_PAUSE, PATIENCE, this::pass);
    }

    public static EventLoop start(
            Clients clients, Topics topics, Subscription subscription, EventHandler handler) {
        return new EventLoop(clients, topics, subscription, handler);
    }

    /** Whether the last poll reached the brokers; for readiness. */
    public boolean isConnected() {
        return connected;
    }

    private record Session(Consumer<String, byte[]> consumer, Producer<String, byte[]> producer) {
        void close() {
            producer.close(Duration.ZERO);
            consumer.close(
                    org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(2)));
        }
    }

    private boolean pass() {
        try {
            Session current = session == null ? open() : session;
            session = current;
            List<ConsumerRecord<String, byte[]>> batch = new ArrayList<>();
            current.consumer().poll(POLL).forEach(batch::add);
            connected = true;
            if (!batch.isEmpty()) process(current, batch);
            return true;
        } catch (RuntimeException e) {
            connected = false;
            drop();
            // A fresh session starts at the last committed offset, so the batch comes again.
            if (!Failures.isTransient(e)) throw e;
            if (!closing())
                LOG.warn(
                        "waiting for a part that is away",
                        "service",
                        subscription.group(),
                        "reason",
                        e);
            return false;
        }
    }

    private boolean closing() {
        return Thread.currentThread().isInterrupted();
    }

    private Session open() {
        List<EventTopic> all = new ArrayList<>(subscription.inputs());
        all.addAll(subscription.outputs());
        topics.ensure(all);
        Producer<String, byte[]> producer = clients.transactionalProducer(subscription.group());
        Consumer<String, byte[]> consumer =
                clients.consumer(subscription.group(), subscription.maxBatch());
        Session opened = new Session(consumer, producer);
        try {
            producer.initTransactions();
            consumer.subscribe(subscription.inputs().stream().map(EventTopic::topic).toList());
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void process(Session current, List<ConsumerRecord<String, byte[]>> batch) {
        List<ProducerRecord<String, byte[]>> outputs = new ArrayList<>();
        try {
            add(outputs, handler.handle(List.copyOf(batch)));
        } catch (RuntimeException e) {
            if (Failures.isTransient(e)) throw e;
            outputs.clear();
            for (ConsumerRecord<String, byte[]> record : batch) outputs.addAll(handleAlone(record));
        }
        commit(current, batch, outputs);
    }

    private List<ProducerRecord<String, byte[]>> handleAlone(
            ConsumerRecord<String, byte[]> record) {
        List<ProducerRecord<String, byte[]>> outputs = new ArrayList<>();
        try {
            add(outputs, handler.handle(List.of(record)));
        } catch (RuntimeException e) {
            if (Failures.isTransient(e)) throw e;
            LOG.error(
                    "record put aside",
                    e,
                    "topic",
                    record.topic(),
                    "partition",
                    record.partition(),
                    "offset",
                    record.offset());
            outputs.clear();
            outputs.add(deadLetter(record, e));
        }
        return outputs;
    }

    private static void add(
            List<ProducerRecord<String, byte[]>> records, List<EventHandler.Output> outputs) {
        for (EventHandler.Output o : outputs)
            records.add(new ProducerRecord<>(o.topic(), o.key(), o.value()));
    }

    private ProducerRecord<String, byte[]> deadLetter(
            ConsumerRecord<String, byte[]> record, RuntimeException reason) {
        ProducerRecord<String, byte[]> letter =
                new ProducerRecord<>(record.topic() + ".dlq", record.key(), record.value());
        StackTraceElement[] stack = reason.getStackTrace();
        header(letter, "reason", String.valueOf(reason));
        header(letter, "stack", stack.length == 0 ? "" : stack[0].toString());
        header(letter, "group", subscription.group());
        header(letter, "source", record.topic() + "-" + record.partition() + "@" + record.offset());
        return letter;
    }

    private static void header(ProducerRecord<String, byte[]> record, String name, String value) {
        record.headers().add("rejoinder-" + name, value.getBytes(StandardCharsets.UTF_8));
    }

    private void commit(
            Session current,
            List<ConsumerRecord<String, byte[]>> batch,
            List<ProducerRecord<String, byte[]>> outputs) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (ConsumerRecord<String, byte[]> r : batch)
            offsets.put(
                    new TopicPartition(r.topic(), r.partition()),
                    new OffsetAndMetadata(r.offset() + 1));
        Producer<String, byte[]> producer = current.producer();
        producer.beginTransaction();
        for (ProducerRecord<String, byte[]> output : outputs) producer.send(output);
        producer.sendOffsetsToTransaction(offsets, current.consumer().groupMetadata());
        producer.commitTransaction();
    }

    private void drop() {
        Session old = session;
        session = null;
        if (old == null) return;
        try {
            old.close();
        } catch (RuntimeException e) {
            LOG.warn(
                    "a broken Kafka session did not close cleanly",
                    "service",
                    subscription.group(),
                    "reason",
                    e);
        }
    }

    /** Lets the batch in hand end, then leaves the group. */
    @Override
    public void close() {
        worker.close();
        drop();
    }
}
