package dev.rejoinder.lm.read;

/**
 * The hyperparameters of a decoder-only transformer, from {@code config.json} or a GGUF's metadata.
 *
 * @param architecture {@code llama}, {@code mistral}, {@code qwen2} or {@code qwen3}
 * @param headSize per attention head; {@code hidden / heads} unless the file says otherwise
 * @param ropeTheta base of the rotary frequencies
 * @param ropeScaling how the frequencies are stretched; {@link RopeScaling#none()} for most
 * @param slidingWindow tokens a query sees at most, itself included; 0 for all
 * @param attentionBias whether q, k and v have biases (Qwen2)
 * @param queryKeyNorm whether q and k are normalised per head (Qwen3)
 * @param tiedEmbeddings whether the output head is the embedding
 */
public record ModelConfig(
        String architecture,
        int layers,
        int hidden,
        int intermediate,
        int heads,
        int keyValueHeads,
        int headSize,
        int vocabulary,
        int contextLength,
        double normEpsilon,
        double ropeTheta,
        RopeScaling ropeScaling,
        int slidingWindow,
        boolean attentionBias,
        boolean queryKeyNorm,
        boolean tiedEmbeddings) {

    /** Llama 3's frequency scaling; a factor of 1 means none. */
    public record RopeScaling(
            double factor, double lowFrequency, double highFrequency, int originalContext) {
        public static RopeScaling none() {
            return new RopeScaling(1, 1, 4, 0);
        }

        public boolean isNone() {
            return factor == 1;
        }
    }
}
