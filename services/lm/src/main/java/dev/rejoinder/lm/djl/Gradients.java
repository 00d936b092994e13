package dev.rejoinder.lm.djl;

import ai.djl.pytorch.engine.PtNDArray;

/**
 * Derivatives by an adapter's parameters, gathered over passes. Native thread only; other passes
 * may run between the way there and the way back, but none through the same gradients.
 */
interface Gradients extends AutoCloseable {
    /** What lives between the way there and the way back. */
    interface Forward extends AutoCloseable {
        /** Final hidden states, {@code [selected, hidden]}. */
        PtNDArray hidden();

        @Override
        void close();
    }

    /** The way there. */
    Forward forward(Pass pass);

    /**
     * The way back: adds to what is gathered.
     *
     * @param slopes derivatives by the hidden states, {@code [selected, hidden]}
     */
    void backward(Forward forward, float[] slopes);

    /** What was gathered since the last {@link #renew}, as {@link LoraShape} lays it out. */
    float[] gathered();

    /** Forgets what was gathered; the parameters are the optimiser's again. */
    void renew();

    @Override
    void close();
}
