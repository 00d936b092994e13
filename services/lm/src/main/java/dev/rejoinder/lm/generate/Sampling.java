package dev.rejoinder.lm.generate;

/**
 * How the next token is drawn. The same request alone with the same seed gives the same tokens
 * again.
 *
 * @param temperature 0 is greedy; at most 2
 * @param topP nucleus mass in (0, 1]
 * @param seed of this request's own random stream
 * @param topLogProbs how many alternatives to report for each token, 0 to 20
 */
public record Sampling(double temperature, double topP, long seed, int topLogProbs) {
    public static final int MAX_TOP_LOG_PROBS = 20;

    public Sampling {
        if (!(temperature >= 0 && temperature <= 2))
            throw new IllegalArgumentException(
                    "temperature of " + temperature + " is outside 0 to 2");
        if (!(topP > 0 && topP <= 1))
            throw new IllegalArgumentException("top_p of " + topP + " is outside (0, 1]");
        if (topLogProbs < 0 || topLogProbs > MAX_TOP_LOG_PROBS)
            throw new IllegalArgumentException(
                    "top_logprobs of " + topLogProbs + " is outside 0 to " + MAX_TOP_LOG_PROBS);
    }

    public static Sampling greedy() {
        return new Sampling(0, 1, 0, 0);
    }
}
