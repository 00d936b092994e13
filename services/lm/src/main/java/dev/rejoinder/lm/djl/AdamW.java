package dev.rejoinder.lm.djl;

import java.util.SplittableRandom;

/**
 * AdamW (Loshchilov and Hutter 2019) over one vector of parameters. Computed in double, kept in
 * float: the state after n updates is a function of the state before and the gradients alone.
 */
final class AdamW {
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final double weightDecay;
    private final float[] parameters;
    private final float[] mean;
    private final float[] variance;
    private int steps;

    /**
     * @param parameters the start; kept and changed
     */
    AdamW(float[] parameters, double weightDecay) {
        this.parameters = parameters;
        this.weightDecay = weightDecay;
        this.mean = new float[parameters.length];
        this.variance = new float[parameters.length];
    }

    /**
     * LoRA's start as PEFT draws it: A from U(-b, b) with {@code b = 1 / sqrt(in)} (Kaiming uniform
     * with a = sqrt(5)), B zero.
     */
    static float[] start(LoraShape shape, long seed) {
        var random = new SplittableRandom(seed);
        float[] values = new float[shape.parameters()];
        for (LoraShape.Matrix m : shape.matrices()) {
            if (!m.isA()) continue;
            double bound = 1 / Math.sqrt(m.columns());
            for (int i = m.offset(); i < m.offset() + m.size(); i++)
                values[i] = (float) ((random.nextDouble() * 2 - 1) * bound);
        }
        return values;
    }

    float[] parameters() {
        return parameters;
    }

    int steps() {
        return steps;
    }

    static double norm(float[] gradient) {
        double squares = 0;
        for (float g : gradient) squares += (double) g * g;
        return Math.sqrt(squares);
    }

    /**
     * One update.
     *
     * @param scale of the gradient, as clipping found it
     */
    void update(float[] gradient, double scale, double learningRate) {
        steps++;
        double meanBias = 1 - Math.pow(BETA_1, steps);
        double varianceBias = Math.sqrt(1 - Math.pow(BETA_2, steps));
        for (int i = 0; i < parameters.length; i++) {
            double g = gradient[i] * scale;
            double m = BETA_1 * mean[i] + (1 - BETA_1) * g;
            double v = BETA_2 * variance[i] + (1 - BETA_2) * g * g;
            mean[i] = (float) m;
            variance[i] = (float) v;
            double step = m / meanBias / (Math.sqrt(v) / varianceBias + EPSILON);
            double decayed = parameters[i] * (1 - learningRate * weightDecay);
            parameters[i] = (float) (decayed - learningRate * step);
        }
    }

    /** Everything that the next update depends on. */
    Checkpoint checkpoint(String shape, String baseDigest) {
        return new Checkpoint(
                shape, baseDigest, steps, parameters.clone(), mean.clone(), variance.clone());
    }

    void restore(Checkpoint checkpoint) {
        System.arraycopy(checkpoint.parameters(), 0, parameters, 0, parameters.length);
        System.arraycopy(checkpoint.mean(), 0, mean, 0, mean.length);
        System.arraycopy(checkpoint.variance(), 0, variance, 0, variance.length);
        steps = checkpoint.steps();
    }
}
