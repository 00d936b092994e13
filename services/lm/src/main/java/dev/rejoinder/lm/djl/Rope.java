package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.read.UnreadableModelException;

/**
 * Rotary position tables (Su et al. 2021), with Llama 3's stretching of low frequencies.
 *
 * @param cosines {@code [context, headSize]}
 * @param sines likewise, the first half negated: {@code rotated = x * cos + roll(x) * sin}
 */
record Rope(float[] cosines, float[] sines) {
    /** Part of the heap that both tables may take. */
    private static final int PART = 3;

    /**
     * @throws UnreadableModelException if the heap is too small for so long a context
     */
    static Rope of(ModelConfig c) {
        int size = c.headSize();
        requireRoom(2L * c.contextLength() * size * Float.BYTES, c);
        int half = size / 2;
        float[] cosines = new float[c.contextLength() * size];
        float[] sines = new float[c.contextLength() * size];
        for (int j = 0; j < half; j++) {
            double frequency = frequency(c, j);
            for (int p = 0; p < c.contextLength(); p++) {
                float cos = (float) Math.cos(p * frequency);
                float sin = (float) Math.sin(p * frequency);
                cosines[p * size + j] = cos;
                cosines[p * size + half + j] = cos;
                sines[p * size + j] = -sin;
                sines[p * size + half + j] = sin;
            }
        }
        return new Rope(cosines, sines);
    }

    private static void requireRoom(long bytes, ModelConfig c) {
        long most = Runtime.getRuntime().maxMemory() / PART;
        if (bytes > most)
            throw new UnreadableModelException(
                    "a context of %d tokens and heads of %d need tables of %d MiB, %d MiB of this heap may be theirs; state a shorter context, or start Java with at least -Xmx%dm"
                            .formatted(
                                    c.contextLength(),
                                    c.headSize(),
                                    bytes >> 20,
                                    most >> 20,
                                    (PART * bytes >> 20) + 64));
    }

    private static double frequency(ModelConfig c, int pair) {
        double frequency = Math.pow(c.ropeTheta(), -2.0 * pair / c.headSize());
        var scaling = c.ropeScaling();
        if (scaling.isNone()) return frequency;
        double turns = scaling.originalContext() * frequency / (2 * Math.PI);
        if (turns < scaling.lowFrequency()) return frequency / scaling.factor();
        if (turns > scaling.highFrequency()) return frequency;
        double smooth =
                (turns - scaling.lowFrequency())
                        / (scaling.highFrequency() - scaling.lowFrequency());
        return (1 - smooth) * frequency / scaling.factor() + smooth * frequency;
    }
}
