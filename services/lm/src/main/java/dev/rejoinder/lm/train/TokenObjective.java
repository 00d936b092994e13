package dev.rejoinder.lm.train;

/**
 * What is minimised, as a function of token log-probabilities alone. The engine differentiates the
 * model, the objective differentiates itself: {@code dL/dtheta = sum_ct (dL/dlogp_ct)
 * (dlogp_ct/dtheta)}. So every loss is plain Java, tested by hand and by finite differences, and
 * needs no tensor.
 */
@FunctionalInterface
public interface TokenObjective {
    /**
     * @param logProbs {@code [continuation][token]} of one {@link dev.rejoinder.lm.score.Pack}
     *     under the policy
     */
    Value at(float[][] logProbs);

    /**
     * @param loss the value
     * @param gradient {@code [continuation][token]}, the derivative by each log-probability
     */
    record Value(double loss, float[][] gradient) {}
}
