package dev.rejoinder.kernel.kafka;

import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Metric;

/**
 * Whether the brokers still answer a consumer. A poll cannot tell: with every broker away it just
 * returns nothing. The count of responses can, since a consumer that polls hears from its brokers
 * every second (fetches wait at most half a second, heartbeats three).
 */
final class Pulse {
    private static final Duration SILENCE = Duration.ofSeconds(6);

    private final Metric responses;
    private double seen;
    private long heardAtNanos;
    private boolean heard;

    Pulse(Consumer<?, ?> consumer) {
        this.responses =
                consumer.metrics().entrySet().stream()
                        .filter(e -> e.getKey().name().equals("response-total"))
                        .filter(e -> e.getKey().group().equals("consumer-metrics"))
                        .findFirst()
                        .orElseThrow(
                                () -> new IllegalStateException("Kafka dropped response-total"))
                        .getValue();
    }

    /** Call after each poll: false until the first response and six seconds after the last. */
    boolean beats() {
        double now = ((Number) responses.metricValue()).doubleValue();
        if (now > seen) {
            seen = now;
            heard = true;
            heardAtNanos = System.nanoTime();
        }
        return heard && System.nanoTime() - heardAtNanos < SILENCE.toNanos();
    }
}
