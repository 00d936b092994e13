package dev.rejoinder.bench.soak;

/**
 * When a client goes away. Moments are counted in what the batch does, so that a seed sets them.
 */
public sealed interface Leaving {
    /** Takes the whole reply. */
    record Never() implements Leaving {}

    /** As soon as it has asked, before the batch has a place for it. */
    record Waiting() implements Leaving {}

    /**
     * Before the first token.
     *
     * @param passes of the batch that it waits for once it has a place
     */
    record Reading(int passes) implements Leaving {}

    /**
     * @param tokens after which it goes, at least 1
     */
    record Decoding(int tokens) implements Leaving {}
}
