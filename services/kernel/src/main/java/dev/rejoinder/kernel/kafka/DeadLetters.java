package dev.rejoinder.kernel.kafka;

import io.micrometer.core.instrument.Metrics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records that nobody can handle, with the reason in their headers. */
final class DeadLetters {
    /** Characters of a reason that are kept, so that a letter is hardly larger than its record. */
    private static final int LONGEST_REASON = 2_000;

    private final String group;

    DeadLetters(String group) {
        this.group = group;
    }

    /**
     * The record for {@code <topic>.dlq}, with headers {@code rejoinder-reason, -stack, -group,
     * -source} (topic-partition@offset) beside its own.
     */
    ProducerRecord<String, byte[]> letter(ConsumerRecord<String, byte[]> record, Throwable reason) {
        Metrics.counter("rejoinder.dead.letters", "topic", record.topic(), "group", group)
                .increment();
        ProducerRecord<String, byte[]> letter =
                new ProducerRecord<>(record.topic() + ".dlq", record.key(), record.value());
        record.headers().forEach(letter.headers()::add);
        StackTraceElement[] stack = reason.getStackTrace();
        header(letter, "reason", String.valueOf(reason));
        header(letter, "stack", stack.length == 0 ? "" : stack[0].toString());
        header(letter, "group", group);
        header(letter, "source", record.topic() + "-" + record.partition() + "@" + record.offset());
        return letter;
    }

    private static void header(ProducerRecord<String, byte[]> letter, String name, String value) {
        String kept = value.substring(0, Math.min(value.length(), LONGEST_REASON));
        letter.headers().add("rejoinder-" + name, kept.getBytes(StandardCharsets.UTF_8));
    }
}
