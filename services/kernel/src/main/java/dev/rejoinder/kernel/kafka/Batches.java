package dev.rejoinder.kernel.kafka;

import dev.rejoinder.kernel.log.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Calls the handler and decides what a failure means for the batch and for each record in it. */
final class Batches {
    private static final Log LOG = Log.of(Batches.class);

    /** The batch has to come again; the cause says why. */
    static final class Postponed extends Exception {
        Postponed(Throwable cause) {
            super(cause);
        }
    }

    private final EventHandler handler;
    private final DeadLetters deadLetters;

    Batches(EventHandler handler, DeadLetters deadLetters) {
        this.handler = handler;
        this.deadLetters = deadLetters;
    }

    /**
     * What to publish for the batch: the handler's outputs, and letters for records that it cannot
     * handle.
     *
     * @param closing whether failures may come from being interrupted, and so prove nothing
     */
    List<ProducerRecord<String, byte[]>> handle(
            List<ConsumerRecord<String, byte[]>> batch, BooleanSupplier closing) throws Postponed {
        try {
            return call(batch);
        } catch (RuntimeException | StackOverflowError e) {
            postponeIfItPasses(e, closing);
            if (batch.size() == 1) return List.of(putAside(batch.getFirst(), e));
        }
        List<ProducerRecord<String, byte[]>> outputs = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : batch)
            outputs.addAll(handle(List.of(record), closing));
        return outputs;
    }

    private static void postponeIfItPasses(Throwable failure, BooleanSupplier closing)
            throws Postponed {
        if (closing.getAsBoolean() || Failures.isTransient(failure)) throw new Postponed(failure);
    }

    private List<ProducerRecord<String, byte[]>> call(List<ConsumerRecord<String, byte[]>> batch) {
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        for (EventHandler.Output o : handler.handle(List.copyOf(batch))) {
            if (o.value().length > Clients.LARGEST_VALUE_BYTES)
                throw new IllegalStateException(
                        "an output of %d bytes for %s exceeds the limit of %d"
                                .formatted(
                                        o.value().length, o.topic(), Clients.LARGEST_VALUE_BYTES));
            records.add(new ProducerRecord<>(o.topic(), o.key(), o.value()));
        }
        return records;
    }

    private ProducerRecord<String, byte[]> putAside(
            ConsumerRecord<String, byte[]> record, Throwable reason) {
        LOG.error(
                "record put aside",
                reason,
                "topic",
                record.topic(),
                "partition",
                record.partition(),
                "offset",
                record.offset());
        return deadLetters.letter(record, reason);
    }
}
