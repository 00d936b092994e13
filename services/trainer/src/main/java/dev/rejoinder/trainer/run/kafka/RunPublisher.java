package dev.rejoinder.trainer.run.kafka;

import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.kernel.lifecycle.Worker;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.trainer.run.RunOutbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Moves the outbox to {@code rejoinder.runs.v1}. Training never waits for Kafka: while it is away,
 * states gather in the database and follow in their order when it is back. A state may come twice
 * after a crash, with the same event id.
 */
public final class RunPublisher implements AutoCloseable {
    private static final Duration IDLE = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int BATCH = 64;

    private final Clients clients;
    private final Topics topics;
    private final RunOutbox outbox;
    private final Worker worker;
    private @Nullable Producer<String, byte[]> producer;

    private RunPublisher(Clients clients, Topics topics, RunOutbox outbox) {
        this.clients = clients;
        this.topics = topics;
        this.outbox = outbox;
        this.worker =
                Worker.start(
                        "trainer-publisher",
                        new Worker.Rhythm(IDLE, PATIENCE),
                        this::pass,
                        this::closeProducer);
    }

    public static RunPublisher start(Clients clients, Topics topics, RunOutbox outbox) {
        return new RunPublisher(clients, topics, outbox);
    }

    private boolean pass() {
        List<RunOutbox.Entry> entries = outbox.oldest(BATCH);
        if (entries.isEmpty()) return false;
        Producer<String, byte[]> open = producer == null ? open() : producer;
        producer = open;
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (RunOutbox.Entry e : entries)
            sent.add(
                    open.send(new ProducerRecord<>(EventTopic.RUNS.topic(), e.runId(), e.event())));
        for (Future<RecordMetadata> acknowledgement : sent) await(acknowledgement);
        outbox.removeUpTo(entries.getLast().sequence());
        return true;
    }

    private Producer<String, byte[]> open() {
        topics.ensure(List.of(EventTopic.RUNS));
        return clients.producer();
    }

    private static void await(Future<RecordMetadata> acknowledgement) {
        try {
            acknowledgement.get();
        } catch (ExecutionException e) {
            throw new KafkaException("a run's state could not be published", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while publishing a run's state", e);
        }
    }

    @Override
    public void close() {
        worker.close();
    }

    private void closeProducer() {
        if (producer != null) producer.close(Duration.ofSeconds(1));
    }
}
