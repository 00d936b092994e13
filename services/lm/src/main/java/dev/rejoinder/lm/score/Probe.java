package dev.rejoinder.lm.score;

import java.util.List;

/**
 * Which hidden states of one text to read.
 *
 * @param tokens the text
 * @param layers hidden states after these layers: 0 is the embedding, n the output of layer n (as
 *     transformers counts {@code hidden_states}; the last is after the final norm)
 * @param spans token ranges; the states of a span are averaged
 * @param scored the span whose tokens' log-probabilities are returned as well
 */
public record Probe(int[] tokens, List<Integer> layers, List<Span> spans, Span scored) {
    public Probe {
        layers = List.copyOf(layers);
        spans = List.copyOf(spans);
    }

    /** Tokens {@code from} (inclusive) to {@code to} (exclusive). */
    public record Span(int from, int to) {
        public Span {
            if (from < 0 || to <= from)
                throw new IllegalArgumentException("span [" + from + ", " + to + ") is empty");
        }
    }

    /**
     * What was read.
     *
     * @param states {@code [spans * layers][hidden]}: span 0 at every layer, then span 1, ...
     * @param logProbs one for each token of the scored span
     */
    public record Reading(float[][] states, float[] logProbs) {}
}
