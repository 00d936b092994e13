package dev.rejoinder.lm.generate;

import java.util.Map;

/**
 * How the next token is drawn. The same request alone with the same seed gives the same tokens
 * again. Log-probabilities are the model's own whatever is set here: before bias, penalties,
 * temperature and truncation.
 *
 * @param temperature 0 is greedy; at most 2
 * @param truncation which tokens may be drawn
 * @param penalties on tokens that are there already
 * @param logitBias added to the logits of these token ids, -100 to 100 each
 * @param seed of this request's own random stream
 * @param topLogProbs how many alternatives to report for each token, 0 to 20
 */
public record Sampling(
        double temperature,
        Truncation truncation,
        Penalties penalties,
        Map<Integer, Double> logitBias,
        long seed,
        int topLogProbs) {
    public static final int MAX_TOP_LOG_PROBS = 20;

    /** A logit that is so much lower is as good as banned. */
    public static final double MAX_BIAS = 100;

    public Sampling {
        if (!(temperature >= 0 && temperature <= 2))
            throw new IllegalArgumentException(
                    "temperature of " + temperature + " is outside 0 to 2");
        if (topLogProbs < 0 || topLogProbs > MAX_TOP_LOG_PROBS)
            throw new IllegalArgumentException(
                    "top_logprobs of " + topLogProbs + " is outside 0 to " + MAX_TOP_LOG_PROBS);
        logitBias = Map.copyOf(logitBias);
        logitBias.forEach((token, bias) -> {
            if (!(Math.abs(bias) <= MAX_BIAS))
                throw new IllegalArgumentException(
                        "logit_bias of %s for token %d is outside -100 to 100"
                                .formatted(bias, token));
        });
    }

    /** Without penalties, bias and truncation but for the nucleus. */
    public Sampling(double temperature, double topP, long seed, int topLogProbs) {
        this(temperature, Truncation.topP(topP), Penalties.NONE, Map.of(), seed, topLogProbs);
    }

    public static Sampling greedy() {
        return new Sampling(0, 1, 0, 0);
    }

    /** The same with another random stream. */
    public Sampling withSeed(long other) {
        return new Sampling(temperature, truncation, penalties, logitBias, other, topLogProbs);
    }
}
