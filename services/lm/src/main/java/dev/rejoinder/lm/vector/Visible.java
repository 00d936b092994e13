package dev.rejoinder.lm.vector;

import dev.rejoinder.lm.vector.TextBatch.Text;
import java.lang.foreign.MemorySegment;

/** Which keys of its text a token sees: those before it, in its branch of a tree, in its window. */
final class Visible {
    private final TextBatch batch;
    private final int window;
    private final int[] branches;

    /**
     * @param window tokens that see one another; 0 for all
     */
    Visible(TextBatch batch, int window) {
        this.batch = batch;
        this.window = window;
        this.branches = batch.texts().stream().mapToInt(this::firstBranch).toArray();
    }

    /** Its first token that not all after it see. */
    private int firstBranch(Text text) {
        int[] last = batch.last();
        if (last == null) return text.count();
        int at = 0;
        while (at < text.count() && last[text.from() + at] >= text.count() - 1) at++;
        return at;
    }

    /**
     * The first key that a token sees; of a tree's, whose positions do not rise, all are looked at.
     */
    int first(Text text, int token) {
        if (window == 0 || batch.last() != null) return 0;
        return Math.max(0, text.cached() + token - window + 1);
    }

    /** The first of some keys that a token or one after it sees: many of a tree's they do not. */
    int from(Text text, int token, int key, int past) {
        int[] last = batch.last();
        int at = key;
        if (last != null) while (at < past && last[text.from() + at] < token) at++;
        return at;
    }

    /** After the last of them. */
    int to(Text text, int token, int first, int past) {
        int[] last = batch.last();
        int at = past;
        if (last != null) while (at > first && last[text.from() + at - 1] < token) at--;
        return at;
    }

    /** How many of some keys stand before a token's window. */
    int hidden(Text text, int token, int key, int seen) {
        return Math.clamp(first(text, token) - key, 0, seen);
    }

    /** How many of some keys do not stand behind a token. */
    int seen(Text text, int token, int key, int count) {
        return Math.clamp(text.cached() + token + 1 - key, 0, count);
    }

    /**
     * Makes scores minus infinity that a token of a tree does not see: those of other branches, and
     * of what stands before its window.
     *
     * @param t the text's number
     * @param key of the first score
     * @param at where the scores begin
     */
    void hide(int t, int token, int key, int count, MemorySegment scores, long at) {
        int[] last = batch.last();
        if (last == null) return;
        Text text = batch.texts().get(t);
        int branch = Math.max(0, branches[t] - key);
        if (branch < count)
            Softmax.hideBelow(
                    scores, at + branch, count - branch, last, text.from() + key + branch, token);
        int position = batch.positions()[text.from() + token];
        if (window > 0)
            Softmax.hideBelow(
                    scores, at, count, batch.positions(), text.from() + key, position - window + 1);
    }
}
