package dev.rejoinder.trainer.anchor;

import dev.rejoinder.lm.train.TokenObjective;

/**
 * How far the adapter has moved from the base on a text the base sampled: {@code (1/n) sum_t 1/2
 * (log pi(y_t) - log pi_0(y_t))^2} in nats squared per token, to second order {@code KL(pi_0 ||
 * pi)}, with little variance (Schulman 2020, "Approximating KL Divergence", k2). Unlike the
 * likelihood of the same text it is 0 with no slope where nothing has moved, so it holds and never
 * pulls elsewhere.
 *
 * @param base {@code [token]}, the base's log-probabilities
 */
public record DriftLoss(float[] base) implements TokenObjective {
    @Override
    public Value at(float[][] logProbs) {
        float[] policy = logProbs[0];
        float[] gradient = new float[policy.length];
        double sum = 0;
        for (int t = 0; t < policy.length; t++) {
            double moved = policy[t] - base[t];
            sum += moved * moved / 2;
            gradient[t] = (float) (moved / policy.length);
        }
        return new Value(sum / policy.length, new float[][] {gradient});
    }
}
