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

    /** Beyond any model that fits one machine; more is a damaged file. */
    private static final int MOST_LAYERS = 1024;

    /** Numbers in a table of rotary positions: a million positions of heads of 128. */
    private static final int MOST_ROTARY = 1 << 27;

    private static final int WIDEST_ATTENTION = 1 << 22;

    public ModelConfig {
        requireBetween("layers", layers, MOST_LAYERS);
        requireBetween("hidden", hidden, 1 << 20);
        requireBetween("intermediate", intermediate, 1 << 22);
        requireBetween("heads", heads, hidden);
        requireBetween("keyValueHeads", keyValueHeads, heads);
        requireBetween("headSize", headSize, 1 << 12);
        requireBetween("vocabulary", vocabulary, 1 << 24);
        requireBetween("contextLength", contextLength, Integer.MAX_VALUE);
        requireProduct("heads", heads, "headSize", headSize, WIDEST_ATTENTION);
        requireProduct("contextLength", contextLength, "headSize", headSize, MOST_ROTARY);
        if (heads % keyValueHeads != 0) {
            throw new IllegalArgumentException(
                    "%d attention heads cannot share %d key-value heads evenly"
                            .formatted(heads, keyValueHeads));
        }
        if (headSize % 2 != 0) {
            throw new IllegalArgumentException(
                    "head size of %d is odd; rotary positions need pairs".formatted(headSize));
        }
        if (!(normEpsilon > 0 && normEpsilon < 1) || !(ropeTheta > 1 && ropeTheta < 1e12)) {
            throw new IllegalArgumentException(
                    "norm epsilon of %s or rope theta of %s is impossible"
                            .formatted(normEpsilon, ropeTheta));
        }
        if (slidingWindow < 0) {
            throw new IllegalArgumentException(
                    "sliding window of %d is below 0".formatted(slidingWindow));
        }
    }

    private static void requireBetween(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(
                    "%s of %d is not between 1 and %d".formatted(name, value, most));
        }
    }

    private static void requireProduct(String name, int value, String by, int factor, int most) {
        if ((long) value * factor > most) {
            throw new IllegalArgumentException(
                    "%s of %d times %s of %d exceeds %d; with that %s a %s of at most %d is read"
                            .formatted(name, value, by, factor, most, by, name, most / factor));
        }
    }

    /** Llama 3's frequency scaling; a factor of 1 means none. */
    public record RopeScaling(
            double factor, double lowFrequency, double highFrequency, int originalContext) {
        public RopeScaling {
            boolean ordered = lowFrequency > 0 && highFrequency > lowFrequency;
            if (!(factor >= 1 && factor < 1e6)
                    || !ordered
                    || highFrequency > 1e6
                    || originalContext < 0) {
                throw new IllegalArgumentException(
                        "rope scaling by %s between frequencies %s and %s of a context of %d is impossible"
                                .formatted(factor, lowFrequency, highFrequency, originalContext));
            }
        }

        public static RopeScaling none() {
            return new RopeScaling(1, 1, 4, 0);
        }

        public boolean isNone() {
            return factor == 1;
        }
    }
}
