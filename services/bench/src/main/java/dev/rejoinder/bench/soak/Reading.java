package dev.rejoinder.bench.soak;

/**
 * Memory after so many requests, while none is in flight.
 *
 * @param seconds since the first was asked
 * @param nativeBytes all that is not the Java heap: {@link RestingMemory}
 * @param jvmBytes of them what the JVM says it uses for code and classes
 * @param heapBytes live objects
 * @param tensors native tensors that the engine holds
 * @param blocks of the cache that texts hold
 */
public record Reading(
        int requests,
        double seconds,
        long nativeBytes,
        long jvmBytes,
        long heapBytes,
        int tensors,
        int blocks) {
    /** Native memory over that of another reading. */
    public double ratioTo(Reading first) {
        return (double) nativeBytes / first.nativeBytes;
    }
}
