package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.generate.Penalties;
import dev.rejoinder.lm.generate.Sampling;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What one request does to its logits before a token is drawn: repetition, then presence and
 * frequency, then bias. Knows which tokens its prompt and its reply have so far.
 */
final class LogitShift {
    private final Penalties penalties;
    private final Map<Integer, Double> bias;
    private final Set<Integer> seen = new HashSet<>();
    private final Map<Integer, Integer> written = new HashMap<>();

    LogitShift(Sampling sampling, int[] prompt) {
        this.penalties = sampling.penalties();
        this.bias = sampling.logitBias();
        if (penalties.repetition() != 1) for (int token : prompt) seen.add(token);
    }

    /** Whether it changes nothing, whatever is written. */
    boolean isNone() {
        return penalties.equals(Penalties.NONE) && bias.isEmpty();
    }

    /** The reply has one token more. */
    void wrote(int token) {
        if (isNone()) return;
        seen.add(token);
        written.merge(token, 1, Integer::sum);
    }

    /**
     * @param logits of every token, changed in place
     */
    void apply(float[] logits) {
        float repetition = (float) penalties.repetition();
        if (repetition != 1)
            for (int token : seen) {
                float logit = logits[token];
                logits[token] = logit > 0 ? logit / repetition : logit * repetition;
            }
        written.forEach((token, times) ->
                logits[token] -= (float) (penalties.presence() + times * penalties.frequency()));
        bias.forEach((token, shift) -> logits[token] += shift.floatValue());
    }
}
