package dev.rejoinder.trainer.loss;

/**
 * Supervised fine-tuning: the negative log-likelihood of the chosen reply, {@code -(1/n) sum_t log
 * pi(y_t | x, y_<t)}, in nats per token. Beside DPO it keeps the chosen reply's language likely,
 * which DPO alone may push down together with the rejected one.
 */
public record SftLoss() {
    /**
     * @param logProbs {@code [token]} of the chosen reply, at least one
     */
    public double of(float[] logProbs) {
        double sum = 0;
        for (float p : logProbs) sum += p;
        return -sum / logProbs.length;
    }

    /** Derivative by each of {@code tokens} log-probabilities. */
    public double gradient(int tokens) {
        return -1.0 / tokens;
    }
}
