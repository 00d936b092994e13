package dev.rejoinder.inference.chat;

import dev.rejoinder.inference.conversation.Conversation;
import dev.rejoinder.inference.routing.ServedVersion;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;

/**
 * A chat that passed every check: encoded, its version leased, its sampling settled.
 *
 * @param completionId as the API names it
 * @param served leased; whoever holds this releases it
 * @param prompt token ids
 * @param plan of each reply
 */
record PreparedChat(
        String completionId,
        ChatRequest request,
        Conversation conversation,
        ServedVersion served,
        int[] prompt,
        ReplyPlan plan) {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    /**
     * The n-th reply's own sampling: the first has the request's seed, so that n = 1 repeats it.
     */
    Sampling sampling(int index) {
        Sampling sampling = plan.sampling();
        return index == 0
                ? sampling
                : sampling.withSeed(mixed(sampling.seed() + index * GOLDEN_GAMMA));
    }

    GenerationRequest generation(int index) {
        return new GenerationRequest(
                prompt,
                sampling(index),
                plan.maxTokens(),
                request.wish().stop(),
                served.adapter(),
                plan.constraint());
    }

    /** SplitMix64's finaliser (Steele et al. 2014): neighbouring seeds give unrelated streams. */
    private static long mixed(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
