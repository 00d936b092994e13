package dev.rejoinder.lm.vector;

import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.vector.VectorWeights.Layer;
import java.util.Arrays;

/** What happens to a token's queries and keys between their product and the attention. */
final class Heads {
    private final ModelConfig config;
    private final float[] cosines;
    private final float[] sines;

    Heads(ModelConfig config, VectorWeights weights) {
        this.config = config;
        this.cosines = weights.cosines();
        this.sines = weights.sines();
    }

    /**
     * Bias, norms of q and k, and rotation, where the family has them.
     *
     * @param qkv {@code [heads + 2 keyHeads, headSize]} of one token
     * @param at where they begin
     */
    void prepare(Layer layer, float[] qkv, int at, int position) {
        float[] bias = layer.bias();
        if (bias != null) Elementwise.add(qkv, at, bias, 0, bias.length);
        int size = config.headSize();
        for (int h = 0; h < config.heads() + config.keyValueHeads(); h++) {
            int head = at + h * size;
            float[] norm = h < config.heads() ? layer.queryNorm() : layer.keyNorm();
            if (norm != null)
                Elementwise.rmsNorm(qkv, head, size, norm, config.normEpsilon(), qkv, head);
            Elementwise.rotate(qkv, head, size / 2, cosines, sines, position * size);
        }
    }

    /**
     * The way back through {@link #prepare}.
     *
     * @param slope of what came out of it, {@code [heads + 2 keyHeads, headSize]}; becomes that of
     *     what went in
     * @param raw what went in, for families with norms
     */
    void back(Layer layer, float[] slope, float[] raw, int position) {
        int size = config.headSize();
        for (int h = 0; h < config.heads() + config.keyValueHeads(); h++) {
            int head = h * size;
            Elementwise.rotateBack(slope, head, size / 2, cosines, sines, position * size);
            float[] norm = h < config.heads() ? layer.queryNorm() : layer.keyNorm();
            if (norm == null) continue;
            float[] turned = Arrays.copyOfRange(slope, head, head + size);
            Arrays.fill(slope, head, head + size, 0);
            Elementwise.rmsNormBack(
                    raw, head, size, norm, config.normEpsilon(), turned, 0, slope, head);
        }
    }
}
