package dev.rejoinder.trainer.dataset;

import java.util.List;

/** Where pairs come from, in the order they were mined. */
public interface PairSource {
    /**
     * Every pair after a position; 0 for all.
     *
     * @throws dev.rejoinder.kernel.error.Refusal of kind UNAVAILABLE if the source is away
     */
    List<Positioned> after(long position);

    /** A pair and its place in the stream; positions grow from pair to pair. */
    record Positioned(long position, Pair pair) {}
}
