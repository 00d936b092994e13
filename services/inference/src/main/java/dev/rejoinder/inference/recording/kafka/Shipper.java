package dev.rejoinder.inference.recording.kafka;

import dev.rejoinder.inference.recording.Spool;
import dev.rejoinder.inference.recording.SpoolEntry;
import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.kernel.lifecycle.Worker;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.proto.EventTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Sends the spool to Kafka, oldest first, and moves the spool's cursor behind what all replicas
 * acknowledged. While Kafka is away it tries again for ever; nobody waits for it.
 *
 * <p>A crash between the acknowledgement and the cursor sends a batch twice. The event ids are the
 * same both times, and every reader takes an id once.
 */
public final class Shipper implements AutoCloseable {
    private static final Log LOG = Log.of(Shipper.class);
    private static final Duration IDLE = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final long BATCH_BYTES = 1 << 20;

    private final Spool spool;
    private final Clients clients;
    private final Topics topics;
    private final IntConsumer shipped;
    private final Worker worker;
    private @Nullable Producer<String, byte[]> producer;
    private volatile boolean away;
    private volatile boolean closing;

    private Shipper(Spool spool, Clients clients, Topics topics, IntConsumer shipped) {
        this.spool = spool;
        this.clients = clients;
        this.topics = topics;
        this.shipped = shipped;
        this.worker = Worker.start("ship-turns", IDLE, PATIENCE, this::pass);
    }

    /**
     * Starts shipping.
     *
     * @param shipped hears how many turns Kafka has acknowledged
     */
    public static Shipper start(Spool spool, Clients clients, Topics topics, IntConsumer shipped) {
        return new Shipper(spool, clients, topics, shipped);
    }

    /** Whether the last attempt failed. */
    public boolean isKafkaAway() {
        return away;
    }

    private boolean pass() {
        Spool.Batch batch = spool.read(BATCH_BYTES);
        if (batch.entries().isEmpty()) return false;
        try {
            send(batch.entries());
        } catch (KafkaException e) {
            lost(e);
            return false;
        }
        spool.acknowledge(batch);
        shipped.accept(batch.entries().size());
        if (away) LOG.info("Kafka is back, the spool drains", "topic", EventTopic.TURNS.topic());
        away = false;
        return true;
    }

    private void send(List<SpoolEntry> entries) {
        Producer<String, byte[]> current = producer;
        if (current == null) {
            topics.ensure(List.of(EventTopic.TURNS));
            current = clients.producer();
            producer = current;
        }
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (SpoolEntry entry : entries)
            sent.add(
                    current.send(
                            new ProducerRecord<>(
                                    EventTopic.TURNS.topic(), entry.key(), entry.value())));
        current.flush();
        for (int i = 0; i < sent.size(); i++) await(sent.get(i), entries.get(i));
    }

    private void await(Future<RecordMetadata> sent, SpoolEntry entry) {
        try {
            sent.get();
        } catch (ExecutionException e) {
            // Trying again would never help, and would hold up every turn behind it.
            if (!(e.getCause() instanceof RecordTooLargeException))
                throw new KafkaException("Kafka did not take a turn", e.getCause());
            LOG.warn(
                    "a turn is larger than Kafka takes, kept as a file",
                    "conversationId",
                    entry.key(),
                    "file",
                    spool.setAside(entry),
                    "reason",
                    e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while shipping", e);
        }
    }

    private void lost(KafkaException reason) {
        if (!away && !closing)
            LOG.warn(
                    "Kafka is away, turns wait in the spool",
                    "topic",
                    EventTopic.TURNS.topic(),
                    "count",
                    spool.pendingEntries(),
                    "reason",
                    reason.getMessage());
        away = true;
        drop();
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void drop() {
        Producer<String, byte[]> old = producer;
        producer = null;
        if (old != null) old.close(Duration.ZERO);
    }

    /** Lets the batch in hand end; what is left stays in the spool. */
    @Override
    public void close() {
        closing = true;
        worker.close();
        drop();
    }
}
