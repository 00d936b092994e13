package dev.rejoinder.lm.score;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A pack as the model reads it: the prefix, then a tree of the continuations in preorder, in which
 * a beginning that several share stands once. A token sees those before it up to whose last
 * descendant it stands, which are its ancestors. What follows the last token of a continuation is
 * nobody's question: it is not read, unless another goes on from there.
 *
 * @param ids token ids, {@code [size]}; the prefix first
 * @param positions of each in its own text
 * @param last index of each token's last descendant, its own if it has none
 * @param predictors {@code [continuation][token]}: index of the token that predicts it
 */
public record TokenTree(int[] ids, int[] positions, int[] last, int[][] predictors) {

    /** The tree of a pack. */
    public static TokenTree of(Pack pack) {
        var order = sorted(pack.continuations());
        int[] before = {};
        int size = pack.prefix().length;
        for (int c : order) {
            int[] next = pack.continuations().get(c);
            size += grown(before, next);
            before = next;
        }
        var growing = new Growing(pack, size);
        for (int c : order) growing.add(c);
        return growing.tree();
    }

    /** Tokens that are read. */
    public int size() {
        return ids.length;
    }

    /** Indices of continuations, each right after the one it shares most with. */
    public static List<Integer> sorted(List<int[]> continuations) {
        Comparator<Integer> lexicographic =
                Comparator.comparing(continuations::get, Arrays::compare);
        return IntStream.range(0, continuations.size()).boxed().sorted(lexicographic).toList();
    }

    /**
     * Tokens that a continuation adds to a tree.
     *
     * @param before the continuation that was added last, in sorted order; empty at the start
     */
    public static int grown(int[] before, int[] next) {
        return next.length - 1 - shared(before, next);
    }

    /** Tokens at the beginning of both that are read for both. */
    private static int shared(int[] before, int[] next) {
        int most = Math.max(0, Math.min(before.length, next.length) - 1);
        int differs = Arrays.mismatch(before, 0, most, next, 0, most);
        return differs < 0 ? most : differs;
    }

    private static final class Growing {
        private final Pack pack;
        private final int[] ids;
        private final int[] positions;
        private final int[] last;
        private final int[][] predictors;

        /** Indices of the tokens on the way to the last continuation's end. */
        private final int[] path;

        private int[] before = {};
        private int at;

        Growing(Pack pack, int size) {
            this.pack = pack;
            ids = Arrays.copyOf(pack.prefix(), size);
            positions = new int[size];
            last = new int[size];
            predictors = new int[pack.continuations().size()][];
            at = pack.prefix().length;
            for (int i = 0; i < at; i++) positions[i] = i;
            path = new int[pack.continuations().stream().mapToInt(c -> c.length).max().orElse(0)];
        }

        void add(int continuation) {
            int[] next = pack.continuations().get(continuation);
            int common = shared(before, next);
            end(common);
            for (int depth = common; depth < next.length - 1; depth++) {
                ids[at] = next[depth];
                positions[at] = pack.prefix().length + depth;
                path[depth] = at++;
            }
            int[] own = predictors[continuation] = new int[next.length];
            own[0] = pack.prefix().length - 1;
            System.arraycopy(path, 0, own, 1, next.length - 1);
            before = next;
        }

        private void end(int depth) {
            for (int d = depth; d < before.length - 1; d++) last[path[d]] = at - 1;
        }

        TokenTree tree() {
            end(0);
            Arrays.fill(last, 0, pack.prefix().length, at - 1);
            return new TokenTree(ids, positions, last, predictors);
        }
    }
}
