package dev.rejoinder.lm.vector;

import org.jspecify.annotations.Nullable;

/**
 * Tokens that one pass reads: any number of any texts, each text's in rising order. A token sees
 * what the cache holds of its text before it and what the pass adds to it.
 *
 * @param positions of each within its text
 * @param blocks of each token's text: its cache blocks in order, up to the token's own at least
 * @param adapters that answer each; tokens of one adapter should lie side by side
 * @param select tokens whose logits are wanted
 */
public record TokenBatch(
        int[] ids, int[] positions, int[][] blocks, @Nullable LowRank[] adapters, int[] select) {
    public int size() {
        return ids.length;
    }
}
