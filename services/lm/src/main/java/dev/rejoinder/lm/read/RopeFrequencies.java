package dev.rejoinder.lm.read;

import dev.rejoinder.lm.read.ModelConfig.RopeScaling;

/**
 * Llama 3's frequency scaling. A GGUF does not say its four numbers but carries the factors that
 * follow from them, one for each frequency; every published Llama 3.1 to 3.3 has the same three
 * numbers, so the fourth is read off and all factors are checked against the formula.
 *
 * @see <a href="https://github.com/meta-llama/llama-models">{@code apply_scaling}</a>
 */
final class RopeFrequencies {
    private static final double LOW = 1;
    private static final double HIGH = 4;
    private static final int ORIGINAL_CONTEXT = 8192;
    private static final double TOLERANCE = 1e-3;

    private RopeFrequencies() {}

    /**
     * @param factors by which each frequency is divided, fastest first
     * @throws UnreadableModelException if they are not Llama 3's
     */
    static RopeScaling recognise(float[] factors, double theta, int headSize, String file) {
        double factor = 1;
        for (float value : factors) factor = Math.max(factor, value);
        RopeScaling scaling = new RopeScaling(factor, LOW, HIGH, ORIGINAL_CONTEXT);
        boolean same = factors.length == headSize / 2;
        for (int i = 0; same && i < factors.length; i++) {
            double expected = divisor(scaling, Math.pow(theta, -2.0 * i / headSize));
            same = Math.abs(factors[i] - expected) <= TOLERANCE * expected;
        }
        if (same) return scaling;
        throw new UnreadableModelException(
                file
                        + ": its rotary frequencies are scaled in an unknown way; use the model's"
                        + " safetensors files, whose config.json states the scaling");
    }

    /** What Llama 3's formula divides a frequency by. */
    static double divisor(RopeScaling scaling, double frequency) {
        double turns = scaling.originalContext() * frequency / (2 * Math.PI);
        if (turns > scaling.highFrequency()) return 1;
        if (turns < scaling.lowFrequency()) return scaling.factor();
        double smooth =
                (turns - scaling.lowFrequency())
                        / (scaling.highFrequency() - scaling.lowFrequency());
        return 1 / ((1 - smooth) / scaling.factor() + smooth);
    }
}
