package dev.rejoinder.lm.score;

import java.util.List;

/**
 * A shared prefix and the continuations to score after it, in one row: every continuation sees the
 * prefix and itself, under its own positions (a block mask), so that 16 follow-ups cost little more
 * than one.
 *
 * @param prefix token ids, at least one
 * @param continuations token ids, each at least one; prefix and the longest of them fit the context
 */
public record Pack(int[] prefix, List<int[]> continuations) {
    public Pack {
        if (prefix.length == 0) throw new IllegalArgumentException("the prefix is empty");
        if (continuations.isEmpty())
            throw new IllegalArgumentException("nothing to score after the prefix");
        for (int[] c : continuations)
            if (c.length == 0) throw new IllegalArgumentException("a continuation is empty");
        continuations = List.copyOf(continuations);
    }

    /** Tokens of the whole row. */
    public int length() {
        int n = prefix.length;
        for (int[] c : continuations) n += c.length;
        return n;
    }
}
