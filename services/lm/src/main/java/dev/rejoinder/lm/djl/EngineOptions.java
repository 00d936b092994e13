package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.Precision;

/**
 * How a model is held and computed.
 *
 * @param precision of the base's matrices
 * @param threads cores that one native pass uses; 0 for all
 * @param cachedTokens tokens whose keys and values a generator plans to keep, padding included:
 *     requests wait while the running ones, each with its prompt and up to 512 tokens of reply,
 *     would need more; one that alone needs more runs alone
 * @param prefillTokens most prompt tokens between two decode steps
 * @param scoringTokens most tokens of one scoring pass, unless one text alone is longer
 */
public record EngineOptions(
        Precision precision, int threads, int cachedTokens, int prefillTokens, int scoringTokens) {
    private static final int CACHED_TOKENS = 32_768;
    private static final int PREFILL_TOKENS = 256;
    private static final int SCORING_TOKENS = 1024;

    public EngineOptions {
        if (threads < 0)
            throw new IllegalArgumentException("threads of " + threads + " is below 0 (0 is all)");
        if (cachedTokens < 1 || prefillTokens < 1 || scoringTokens < 1)
            throw new IllegalArgumentException("token bounds must be at least 1");
    }

    public static EngineOptions of(Precision precision) {
        return new EngineOptions(precision, 0, CACHED_TOKENS, PREFILL_TOKENS, SCORING_TOKENS);
    }

    public EngineOptions withThreads(int threads) {
        return new EngineOptions(precision, threads, cachedTokens, prefillTokens, scoringTokens);
    }

    int nativeThreads() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
