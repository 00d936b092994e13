package dev.rejoinder.lm.probe;

/**
 * Every feature to mean 0 and deviation 1, so that one penalty fits all; the last few to a larger
 * deviation, so that a handful of telling ones is not drowned by thousands.
 *
 * @param mean {@code [feature]}
 * @param deviation {@code [feature]}, never 0
 */
public record Standardisation(double[] mean, double[] deviation) {
    /** A feature that hardly varies would be blown up to noise. */
    private static final double SMALLEST = 1e-6;

    /**
     * @param favoured how many of the last features are favoured
     * @param deviation theirs; 1 favours nobody
     */
    public static Standardisation of(float[][] rows, int favoured, double deviation) {
        Standardisation all = of(rows);
        int features = all.deviation.length;
        for (int j = features - favoured; j < features; j++) all.deviation[j] /= deviation;
        return all;
    }

    /** Every feature to deviation 1. */
    public static Standardisation of(float[][] rows) {
        int features = rows[0].length;
        double[] mean = new double[features];
        double[] square = new double[features];
        for (float[] x : rows)
            for (int j = 0; j < features; j++) {
                mean[j] += (double) x[j] / rows.length;
                square[j] += (double) x[j] * x[j] / rows.length;
            }
        for (int j = 0; j < features; j++)
            square[j] = Math.max(SMALLEST, Math.sqrt(Math.max(0, square[j] - mean[j] * mean[j])));
        return new Standardisation(mean, square);
    }

    public float[] apply(float[] x) {
        float[] z = new float[x.length];
        for (int j = 0; j < x.length; j++) z[j] = (float) ((x[j] - mean[j]) / deviation[j]);
        return z;
    }

    /** The same log-odds as a function of the raw features. */
    public LogisticRegression.Fit fold(LogisticRegression.Fit fit) {
        float[] weights = new float[mean.length];
        double bias = fit.bias();
        for (int j = 0; j < weights.length; j++) {
            double w = fit.weights()[j] / deviation[j];
            weights[j] = (float) w;
            bias -= w * mean[j];
        }
        return new LogisticRegression.Fit(weights, bias);
    }
}
