package dev.rejoinder.lm.score;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A shared prefix and the continuations to score after it, in one row: every continuation sees the
 * prefix and itself, under its own positions, so that 16 follow-ups cost little more than one. What
 * several continuations begin with is read once ({@link TokenTree}).
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

    /**
     * One long text in windows that do not overlap; every token but the first of a window is
     * scored.
     *
     * @param size most tokens of a window, at least 2
     */
    public static List<Pack> windows(int[] text, int size) {
        if (size < 2)
            throw new IllegalArgumentException("a window of " + size + " has no token to score");
        List<Pack> windows = new ArrayList<>();
        for (int from = 0; from + 1 < text.length; from += size) {
            int to = Math.min(text.length, from + size);
            int[] first = {text[from]};
            windows.add(new Pack(first, List.of(Arrays.copyOfRange(text, from + 1, to))));
        }
        return List.copyOf(windows);
    }

    /** Tokens of the whole row. */
    public int length() {
        int n = prefix.length;
        for (int[] c : continuations) n += c.length;
        return n;
    }
}
