package dev.rejoinder.signals.detect;

import java.util.List;

/**
 * Linear heads over {@link FollowUpFeatures}: {@code p = sigmoid(w . x + b)}. Standardisation and
 * Platt scaling (Platt 1999) are folded into w and b, so that p is a calibrated probability of the
 * raw features.
 *
 * @param name and version
 * @param baseDigest of the base model whose states were read; no other's mean the same
 * @param hidden size of its states
 * @param layers that were read
 * @param outputs in a fixed order: {@link #SAT}, {@link #DSAT}, then categories and states
 */
public record Head(
        String name, String baseDigest, int hidden, List<Integer> layers, List<Output> outputs) {
    public static final String SAT = "sat";
    public static final String DSAT = "dsat";
    public static final String CATEGORY_PREFIX = "category:";
    public static final String STATE_PREFIX = "state:";

    public Head {
        layers = List.copyOf(layers);
        outputs = List.copyOf(outputs);
    }

    /**
     * One label.
     *
     * @param label such as {@code sat}, {@code category:Revision} or {@code state:FEEDBACK}
     * @param curve what acting above or below a probability costs, measured out of fold; empty for
     *     labels nobody acts on
     */
    public record Output(String label, float[] weights, double bias, List<Point> curve) {
        public Output {
            curve = List.copyOf(curve);
        }

        public double probability(float[] features) {
            if (features.length != weights.length)
                throw new IllegalArgumentException(
                        features.length + " features for " + weights.length + " weights");
            double z = bias;
            for (int i = 0; i < weights.length; i++) z += weights[i] * features[i];
            return 1 / (1 + Math.exp(-z));
        }
    }

    /**
     * One candidate threshold, measured on predictions out of fold.
     *
     * @param threshold a probability
     * @param precision share of true labels among those at or above it
     * @param recall share of all true labels at or above it
     * @param absence share of false labels among those below it
     */
    public record Point(double threshold, double precision, double recall, double absence) {}

    /**
     * @throws IllegalStateException if there is no such label
     */
    public Output output(String label) {
        return outputs.stream()
                .filter(o -> o.label().equals(label))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException(name + " has no label \"" + label + "\""));
    }
}
