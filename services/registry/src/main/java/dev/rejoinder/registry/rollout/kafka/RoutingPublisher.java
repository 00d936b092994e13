package dev.rejoinder.registry.rollout.kafka;

import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.kernel.lifecycle.Worker;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.registry.rollout.Rollout;
import dev.rejoinder.registry.rollout.Rollouts;
import dev.rejoinder.registry.wire.Messages;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Writes routing tables from the database to the compacted models topic (transactional outbox).
 *
 * <ul>
 *   <li>A revision is due until the brokers have acknowledged it, whatever dies in between; only
 *       the newest one of a model is written.
 *   <li>At the start the newest of every model is written again: the brokers may have lost it.
 *   <li>Once acknowledged, a newer revision in the database is written at once: should two
 *       processes write, the last record is still the newest revision.
 * </ul>
 */
public final class RoutingPublisher implements AutoCloseable {
    private static final Log LOG = Log.of(RoutingPublisher.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Worker.Rhythm RHYTHM =
            new Worker.Rhythm(Duration.ofSeconds(1), Duration.ofSeconds(10));

    private final Rollouts rollouts;
    private final Clients clients;
    private final Topics topics;
    private final Semaphore due = new Semaphore(0);
    private final Worker worker;
    private @Nullable Producer<String, byte[]> producer;
    private boolean wroteAll;
    private boolean waiting;
    private volatile boolean published;

    private RoutingPublisher(Rollouts rollouts, Clients clients, Topics topics) {
        this.rollouts = rollouts;
        this.clients = clients;
        this.topics = topics;
        this.worker = Worker.start("publish-routing", RHYTHM, this::pass, this::drop);
    }

    public static RoutingPublisher start(Rollouts rollouts, Clients clients, Topics topics) {
        return new RoutingPublisher(rollouts, clients, topics);
    }

    /** There may be something to write. */
    public void poke() {
        due.release();
    }

    /** Whether the brokers had everything when it last looked. */
    public boolean isPublished() {
        return published;
    }

    private boolean pass() {
        try {
            if (wroteAll) awaitWork();
            List<Rollout> owed = wroteAll ? rollouts.unpublished() : rollouts.all();
            if (!owed.isEmpty()) published = false;
            for (Rollout rollout : owed) publish(rollout);
            wroteAll = true;
            waiting = false;
            published = true;
            return true;
        } catch (RuntimeException e) {
            drop();
            published = false;
            if (!waiting) LOG.warn("routing waits for Kafka or the database", "reason", e);
            waiting = true;
            return false;
        }
    }

    private void awaitWork() {
        try {
            if (due.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) due.drainPermits();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish(Rollout rollout) {
        Rollout newest = rollout;
        while (true) {
            send(newest);
            rollouts.acknowledge(newest.modelId(), newest.revision());
            Rollout now = rollouts.find(newest.modelId()).orElseThrow();
            if (now.revision() <= newest.revision()) return;
            newest = now;
        }
    }

    private void send(Rollout rollout) {
        byte[] value = Messages.event(rollout).toByteArray();
        try {
            open().send(new ProducerRecord<>(EventTopic.MODELS.topic(), rollout.modelId(), value))
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaException("the routing was not acknowledged", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while publishing", e);
        }
        LOG.info("routing published", "modelId", rollout.modelId(), "count", rollout.revision());
    }

    private Producer<String, byte[]> open() {
        Producer<String, byte[]> current = producer;
        if (current != null) return current;
        topics.ensure(List.of(EventTopic.MODELS));
        Producer<String, byte[]> opened = clients.producer();
        producer = opened;
        return opened;
    }

    private void drop() {
        Producer<String, byte[]> old = producer;
        producer = null;
        if (old != null) old.close(Duration.ZERO);
    }

    /** What is not acknowledged yet is written at the next start. */
    @Override
    public void close() {
        poke();
        worker.close();
    }
}
