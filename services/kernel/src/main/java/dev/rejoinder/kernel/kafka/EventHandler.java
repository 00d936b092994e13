package dev.rejoinder.kernel.kafka;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a service does with a batch of events. */
@FunctionalInterface
public interface EventHandler {
    /**
     * Handles the batch and returns what is to be published. Outputs and offsets are committed
     * together; state kept in a database must be an upsert by event id, because a batch may come
     * again after a crash.
     *
     * <ul>
     *   <li>{@link dev.rejoinder.kernel.error.Refusal} of kind UNAVAILABLE or EXHAUSTED, a
     *       transient gRPC, SQL or Kafka failure: the batch is tried again after a pause, nothing
     *       is lost.
     *   <li>Any other exception: the batch is tried record by record, and the one that fails goes
     *       to the dead-letter topic.
     * </ul>
     */
    List<Output> handle(List<ConsumerRecord<String, byte[]>> batch);

    /** A record to publish. */
    record Output(String topic, String key, byte[] value) {}
}
