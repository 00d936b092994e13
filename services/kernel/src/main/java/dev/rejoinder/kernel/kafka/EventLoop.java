package dev.rejoinder.kernel.kafka;

import dev.rejoinder.kernel.lifecycle.Worker;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.proto.EventTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Consume, process, produce, in Kafka transactions: a batch's outputs and its offsets become
 * visible together or not at all, whatever dies in between. Kafka may be away at the start or
 * later; the loop goes on when it is back.
 *
 * <ul>
 *   <li>A transient failure of the handler: the batch comes again after a pause, in the same
 *       session, so that the group does not rebalance.
 *   <li>A failure of Kafka: the session is thrown away and opened anew, which aborts what it had
 *       begun.
 *   <li>A record that cannot be handled: to its dead-letter topic, in the same transaction as its
 *       neighbours' outputs.
 *   <li>A failure while the loop is closing decides nothing: the batch comes again at the next
 *       start.
 * </ul>
 */
public final class EventLoop implements AutoCloseable {
    private static final Log LOG = Log.of(EventLoop.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Worker.Rhythm RHYTHM =
            new Worker.Rhythm(Duration.ofSeconds(1), Duration.ofSeconds(20));

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
            if (inputs.isEmpty() || maxBatch < 1)
                throw new IllegalArgumentException(
                        "group " + group + " needs an input and a batch of at least 1");
        }

        List<String> inputTopics() {
            return inputs.stream().map(EventTopic::topic).toList();
        }

        private List<EventTopic> allTopics() {
            List<EventTopic> all = new ArrayList<>(inputs);
            all.addAll(outputs);
            return all;
        }
    }

    private final Clients clients;
    private final Topics topics;
    private final Subscription subscription;
    private final Batches batches;
    private final String transactionalId;
    private final Worker worker;
    private @Nullable Session session;
    private boolean waiting;
    private volatile boolean connected;
    private volatile boolean closing;

    private EventLoop(
            Clients clients,
            Topics topics,
            Subscription subscription,
            Batches batches,
            Worker.Rhythm rhythm) {
        this.clients = clients;
        this.topics = topics;
        this.subscription = subscription;
        this.batches = batches;
        this.transactionalId = clients.transactionalId(subscription.group());
        this.worker = Worker.start(subscription.group(), rhythm, this::pass, this::drop);
    }

    public static EventLoop start(
            Clients clients, Topics topics, Subscription subscription, EventHandler handler) {
        return start(clients, topics, subscription, handler, RHYTHM);
    }

    static EventLoop start(
            Clients clients,
            Topics topics,
            Subscription subscription,
            EventHandler handler,
            Worker.Rhythm rhythm) {
        Batches batches = new Batches(handler, new DeadLetters(subscription.group()));
        return new EventLoop(clients, topics, subscription, batches, rhythm);
    }

    /** Whether the brokers answered within the last six seconds; for readiness. */
    public boolean isConnected() {
        return connected;
    }

    private boolean pass() {
        try {
            Session current = session == null ? open() : session;
            session = current;
            List<ConsumerRecord<String, byte[]>> batch = current.poll(POLL);
            connected = current.isAlive();
            return batch.isEmpty() || process(current, batch);
        } catch (RuntimeException e) {
            connected = false;
            drop();
            if (closing) return false;
            if (!Failures.isTransient(e)) throw e;
            sayWaiting(e);
            return false;
        }
    }

    private Session open() {
        topics.ensure(subscription.allTopics());
        return Session.open(clients, subscription, transactionalId);
    }

    /** False if the batch has to come again after a pause. */
    private boolean process(Session current, List<ConsumerRecord<String, byte[]>> batch) {
        List<ProducerRecord<String, byte[]>> outputs;
        try {
            outputs = batches.handle(batch, () -> closing);
        } catch (Batches.Postponed e) {
            current.rewind(batch);
            if (!closing) sayWaiting(e.getCause());
            return false;
        }
        current.commit(batch, outputs);
        waiting = false;
        return true;
    }

    /** Once for each time something is away, not once a second. */
    private void sayWaiting(@Nullable Throwable reason) {
        String who = subscription.group();
        if (waiting) LOG.debug("still waiting", "service", who, "reason", reason);
        else LOG.warn("waiting for a part that is away", "service", who, "reason", reason);
        waiting = true;
    }

    private void drop() {
        Session old = session;
        session = null;
        if (old == null) return;
        boolean interrupted = Thread.interrupted();
        try {
            old.close();
        } catch (RuntimeException e) {
            LOG.debug("session left uncleanly", "service", subscription.group(), "reason", e);
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    /** Lets the batch in hand end, then leaves the group. */
    @Override
    public void close() {
        closing = true;
        worker.close();
    }
}
