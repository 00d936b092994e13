package dev.rejoinder.bench.soak;

import dev.rejoinder.lm.generate.Sampling;
import java.util.List;

/**
 * One chat to ask for.
 *
 * @param adapted whether an adapter answers it, whichever is served then
 * @param json whether the reply is kept to a JSON object
 */
public record PlannedRequest(
        int[] prompt,
        int maxTokens,
        Sampling sampling,
        List<String> stop,
        boolean adapted,
        boolean json,
        Leaving leaving) {
    public PlannedRequest {
        stop = List.copyOf(stop);
    }
}
