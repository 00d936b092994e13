package dev.rejoinder.lm.generate;

import java.util.List;

/**
 * One sampled token.
 *
 * @param text the text that became certain with this token: whole UTF-8 characters, possibly empty,
 *     never part of a stop text
 * @param logProb natural logarithm of its probability under the unmodified distribution
 *     (temperature 1, top-p 1)
 * @param top the likeliest alternatives, likeliest first
 */
public record GeneratedToken(int id, String text, double logProb, List<Alternative> top) {
    public GeneratedToken {
        top = List.copyOf(top);
    }

    public record Alternative(int id, double logProb) {}
}
