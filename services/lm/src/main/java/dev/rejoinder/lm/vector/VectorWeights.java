package dev.rejoinder.lm.vector;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoder's weights, in memory that somebody else owns.
 *
 * @param norm of the last hidden states
 * @param embedding {@code [vocabulary, hidden]}
 * @param head likewise
 * @param cosines of rotary positions, {@code [context, headSize]}, both halves alike
 * @param sines likewise, the first half negated
 */
public record VectorWeights(
        List<Layer> layers,
        float[] norm,
        Matrix embedding,
        Matrix head,
        float[] cosines,
        float[] sines) {

    /**
     * One layer.
     *
     * @param inputNorm before the attention
     * @param outputNorm before the feed-forward part
     * @param queryNorm of each query head; null but for Qwen3
     * @param keyNorm of each key head; likewise
     * @param bias of q, k and v; null but for Qwen2
     * @param matrices q over k over v; the attention's output; gate over up; down
     */
    public record Layer(
            float[] inputNorm,
            float[] outputNorm,
            float @Nullable [] queryNorm,
            float @Nullable [] keyNorm,
            float @Nullable [] bias,
            Matrix[] matrices) {}

    /** Matrices of a layer. */
    static final int MATRICES = 4;

    /** Which of them gives queries, keys and values. */
    static final int QKV = 0;

    /** Which follows the attention. */
    static final int OUT = 1;

    /** Which gives gate and up. */
    static final int GATES = 2;

    /** Which ends a layer. */
    static final int DOWN = 3;
}
