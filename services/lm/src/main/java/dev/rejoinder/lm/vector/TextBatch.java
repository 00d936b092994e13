package dev.rejoinder.lm.vector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts, or parts of texts, that one pass reads side by side without filling any up.
 *
 * @param ids of all tokens, text after text
 * @param positions of each within its text, which rotation and windows count by
 * @param last each token's last descendant, counted in its own text: nothing after it sees the
 *     token. Null where a token is seen by all that follow
 */
public record TextBatch(int[] ids, int[] positions, int @Nullable [] last, List<Text> texts) {

    static final Part NONE =
            new Part(new TextBatch(new int[0], new int[0], null, List.of()), new int[0]);

    /**
     * One text.
     *
     * @param from its first token of the pass
     * @param count its tokens of the pass
     * @param cached its tokens before them, which are in the cache
     * @param blocks of the cache that hold the text; none for a text that is not kept
     * @param adapter that it is read through
     */
    public record Text(int from, int count, int cached, int[] blocks, @Nullable LowRank adapter) {
        int end() {
            return from + count;
        }

        /** Keys that its last token sees. */
        int keys() {
            return cached + count;
        }
    }

    int size() {
        return ids.length;
    }

    /** Neighbours that follow one another in a text are a part of it. */
    public static TextBatch of(TokenBatch tokens) {
        int[] positions = tokens.positions();
        List<Text> texts = new ArrayList<>();
        for (int from = 0, to; from < tokens.size(); from = to) {
            int[] blocks = tokens.blocks()[from];
            to = from + 1;
            while (to < tokens.size()
                    && tokens.blocks()[to] == blocks
                    && positions[to] == positions[to - 1] + 1) to++;
            texts.add(new Text(from, to - from, positions[from], blocks, tokens.adapters()[from]));
        }
        return new TextBatch(tokens.ids(), positions, null, texts);
    }

    /**
     * Some texts of a batch as one of their own.
     *
     * @param places of its tokens in the whole
     */
    record Part(TextBatch batch, int[] places) {}

    /** Texts of so many tokens at least; none of a tree. */
    Part withAtLeast(int count) {
        List<Text> own = new ArrayList<>();
        int next = 0;
        for (Text t : texts)
            if (t.count >= count) {
                own.add(new Text(next, t.count, t.cached, t.blocks, t.adapter));
                next += t.count;
            }
        int[] places = new int[next];
        int at = 0;
        for (Text t : texts)
            if (t.count >= count) for (int i = t.from; i < t.end(); i++) places[at++] = i;
        int[] ownIds = Arrays.stream(places).map(i -> ids[i]).toArray();
        int[] ownPositions = Arrays.stream(places).map(i -> positions[i]).toArray();
        return new Part(new TextBatch(ownIds, ownPositions, null, own), places);
    }
}
