package dev.rejoinder.lm.generate;

/**
 * Continuous batching: requests join and leave between decode steps, each row with its own adapter,
 * sampling and limits.
 *
 * <ul>
 *   <li>One thread calls {@link #step()}; {@link #add} and {@link Ticket#cancel()} may come from
 *       any thread and take effect between two steps.
 *   <li>Memory is bounded: at most {@link #capacity()} rows run, the others wait in order of
 *       arrival.
 * </ul>
 */
public interface BatchGenerator extends AutoCloseable {
    /**
     * Takes a request.
     *
     * @throws IllegalArgumentException if prompt and reply do not fit the context; names both sizes
     *     and the limit
     */
    Ticket add(GenerationRequest request, TokenSink sink);

    /**
     * Admits waiting requests (prefill) and decodes one token for every running row. Failures of
     * one row end that row only.
     *
     * @return whether rows are running or waiting
     */
    boolean step();

    /** Rows being decoded. */
    int running();

    /** Requests not yet admitted. */
    int waiting();

    /** Most rows decoded together. */
    int capacity();

    /** Ends every row with {@link FinishReason#CANCELLED} and frees the cache. */
    @Override
    void close();

    /** A request in the batch. */
    interface Ticket {
        /**
         * Ends the row before the next step; its sink gets {@link FinishReason#CANCELLED}. Harmless
         * when done.
         */
        void cancel();
    }
}
