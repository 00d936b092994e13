package dev.rejoinder.inference.schedule;

import java.util.function.ToDoubleFunction;

/**
 * How many rows may wait, and whose share is larger.
 *
 * @param maxWaiting most rows that wait while the batch is full
 * @param maxWaitingPerKey most of one key's
 * @param weights of the keys, above 0
 */
public record QueueLimits(int maxWaiting, int maxWaitingPerKey, ToDoubleFunction<String> weights) {
    /** One limit, and all keys weigh the same. */
    public static QueueLimits of(int maxWaiting) {
        return new QueueLimits(maxWaiting, maxWaiting, key -> 1);
    }
}
