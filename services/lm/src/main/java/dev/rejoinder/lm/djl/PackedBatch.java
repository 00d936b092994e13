package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.djl.DecoderSource.Mask;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.score.TokenTree;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Packs of like length as one pass: a tree of tokens a row, padded on the right. A token that
 * predicts several others is read off once.
 *
 * @param rows which of the pass's selected states predicts each target, rising
 * @param targets token ids to score
 * @param places of the targets, pack after pack, continuation after continuation
 */
record PackedBatch(Pass pass, int[] rows, long[] targets, int[] places) {
    static PackedBatch of(List<Pack> packs, RowLengths lengths) {
        List<TokenTree> trees = packs.stream().map(TokenTree::of).toList();
        int time = lengths.of(trees.stream().mapToInt(TokenTree::size).max().orElseThrow());
        int scored = packs.stream().mapToInt(p -> p.length() - p.prefix().length).sum();
        var asked = new Asked(scored);
        for (int p = 0; p < packs.size(); p++) asked.add(packs.get(p), trees.get(p), p * time);
        return asked.batch(pass(trees, time));
    }

    /** The scored values as {@code [pack][continuation][token]}. */
    float[][][] unpack(List<Pack> packs, float[] values) {
        float[] placed = placed(values);
        float[][][] result = new float[packs.size()][][];
        int at = 0;
        for (int p = 0; p < result.length; p++) {
            List<int[]> continuations = packs.get(p).continuations();
            result[p] = new float[continuations.size()][];
            for (int c = 0; c < result[p].length; c++) {
                int length = continuations.get(c).length;
                result[p][c] = Arrays.copyOfRange(placed, at, at + length);
                at += length;
            }
        }
        return result;
    }

    private float[] placed(float[] values) {
        float[] placed = new float[values.length];
        for (int i = 0; i < values.length; i++) placed[places[i]] = values[i];
        return placed;
    }

    /** A pass that selects nothing yet. */
    private static Pass pass(List<TokenTree> trees, int time) {
        int size = trees.size() * time;
        long[] ids = new long[size];
        long[] positions = new long[size];
        long[] last = new long[size];
        for (int row = 0; row < trees.size(); row++) {
            TokenTree tree = trees.get(row);
            int start = row * time;
            for (int i = 0; i < tree.size(); i++) {
                ids[start + i] = tree.ids()[i];
                positions[start + i] = tree.positions()[i];
                last[start + i] = tree.last()[i];
            }
            Arrays.fill(last, start + tree.size(), start + time, time - 1L);
        }
        long[] none = {};
        int[] lengths = trees.stream().mapToInt(TokenTree::size).toArray();
        return new Pass(trees.size(), time, lengths, ids, positions, last, Mask.TREE, null, none);
    }

    /** What is asked of a batch, in the order of the packs. */
    private static final class Asked {
        private final long[] predictors;
        private final long[] targets;
        private int count;

        Asked(int count) {
            predictors = new long[count];
            targets = new long[count];
        }

        void add(Pack pack, TokenTree tree, int start) {
            for (int c = 0; c < pack.continuations().size(); c++) {
                int[] tokens = pack.continuations().get(c);
                for (int i = 0; i < tokens.length; i++) {
                    predictors[count] = start + (long) tree.predictors()[c][i];
                    targets[count++] = tokens[i];
                }
            }
        }

        PackedBatch batch(Pass pass) {
            int[] places =
                    IntStream.range(0, count)
                            .boxed()
                            .sorted(Comparator.comparingLong(i -> predictors[i]))
                            .mapToInt(i -> i)
                            .toArray();
            long[] select = Arrays.stream(predictors).sorted().distinct().toArray();
            int[] rows = new int[count];
            long[] ordered = new long[count];
            for (int i = 0; i < count; i++) {
                rows[i] = Arrays.binarySearch(select, predictors[places[i]]);
                ordered[i] = targets[places[i]];
            }
            return new PackedBatch(pass.selecting(select), rows, ordered, places);
        }
    }
}
