package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.vector.Format;

/**
 * What a model's options come to on the machine at hand.
 *
 * @param device that holds every tensor
 * @param bfloat16 whether matrices, keys and values are in 16 bits
 * @param packedHalf whether scores use an output head packed as fp16
 * @param drawsTokens whether sampled rows are drawn where the logits are, which then stay there
 * @param vectors whether the JVM's vector units read few tokens at a time
 * @param vectorFormat what they read weights in
 */
record Computation(
        ai.djl.Device device,
        boolean bfloat16,
        boolean packedHalf,
        boolean drawsTokens,
        boolean vectors,
        Format vectorFormat) {
    /**
     * Native thread only.
     *
     * @throws IllegalArgumentException if there is no such device
     */
    static Computation of(EngineOptions options) {
        var device = Placement.of(options.device());
        boolean gpu = device.isGpu();
        return new Computation(
                device,
                Device.bfloat16(options.precision(), gpu),
                options.vectors() && Device.packedHalf(options.precision(), gpu),
                gpu || !options.vectors(),
                options.vectors() && Device.vectors(gpu),
                Device.vectorFormat(options.precision(), gpu));
    }

    /**
     * What the output head is held in, and an embedding that is one. A bfloat16 head rounds every
     * logit to eight bits, which alone moves log-probabilities by more than 0.05; so where none is
     * packed it is float32.
     */
    Format headFormat() {
        return packedHalf ? format() : Format.FLOAT32;
    }

    /** What matrices are held in. */
    Format format() {
        return bfloat16 ? Format.BFLOAT16 : Format.FLOAT32;
    }
}
