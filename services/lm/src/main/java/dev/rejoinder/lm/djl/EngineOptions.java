package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.ComputeDevice;
import dev.rejoinder.lm.Precision;

/**
 * How a model is held and computed.
 *
 * @param precision of the base's matrices
 * @param threads cores that one native pass uses; 0 for all
 * @param cachedTokens most tokens whose keys and values a generator keeps: of running rows, and of
 *     ended ones as long as there is room. When running rows need more, the newest gives its room
 *     up and is read again later
 * @param prefillTokens most prompt tokens of one pass; fewer while rows decode beside it
 * @param scoringTokens most tokens of one scoring pass, unless one text alone is longer, or the
 *     parts of a pack would read its long prefix again and again
 * @param device that the model is held and computed on
 * @param vectors whether a CPU reads few tokens at a time by the JVM's vector units, where the JVM
 *     was started with them
 */
public record EngineOptions(
        Precision precision,
        ComputeDevice device,
        int threads,
        int cachedTokens,
        int prefillTokens,
        int scoringTokens,
        boolean vectors) {
    private static final int CACHED_TOKENS = 32_768;
    private static final int PREFILL_TOKENS = 512;
    private static final int SCORING_TOKENS = 1024;

    public EngineOptions {
        if (threads < 0)
            throw new IllegalArgumentException("threads of " + threads + " is below 0 (0 is all)");
        if (cachedTokens < 1 || prefillTokens < 1 || scoringTokens < 1)
            throw new IllegalArgumentException("token bounds must be at least 1");
    }

    public static EngineOptions of(Precision precision) {
        return new EngineOptions(
                precision,
                new ComputeDevice.Auto(),
                0,
                CACHED_TOKENS,
                PREFILL_TOKENS,
                SCORING_TOKENS,
                true);
    }

    public EngineOptions withDevice(ComputeDevice device) {
        return new EngineOptions(
                precision, device, threads, cachedTokens, prefillTokens, scoringTokens, vectors);
    }

    public EngineOptions withThreads(int threads) {
        return new EngineOptions(
                precision, device, threads, cachedTokens, prefillTokens, scoringTokens, vectors);
    }

    public EngineOptions withCachedTokens(int cachedTokens) {
        return new EngineOptions(
                precision, device, threads, cachedTokens, prefillTokens, scoringTokens, vectors);
    }

    public EngineOptions withPrefillTokens(int prefillTokens) {
        return new EngineOptions(
                precision, device, threads, cachedTokens, prefillTokens, scoringTokens, vectors);
    }

    public EngineOptions withScoringTokens(int scoringTokens) {
        return new EngineOptions(
                precision, device, threads, cachedTokens, prefillTokens, scoringTokens, vectors);
    }

    /** Everything on libtorch, as on a GPU. */
    public EngineOptions withoutVectors() {
        return new EngineOptions(
                precision, device, threads, cachedTokens, prefillTokens, scoringTokens, false);
    }

    int nativeThreads() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
