package dev.rejoinder.lm.token;

import dev.rejoinder.lm.token.Vocabulary.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The merges that a SentencePiece vocabulary implies: every way to put a piece together of two
 * others, the piece of the highest score first. In the order of {@code generate_merges}, with which
 * transformers makes the tokenizer.json of such a model.
 */
public final class ScoredMerges {
    private record Merge(String left, String right, float score, int leftId, int rightId) {}

    private static final Comparator<Merge> ORDER =
            Comparator.comparingDouble(Merge::score)
                    .thenComparingInt(merge -> codePoints(merge.left))
                    .thenComparingInt(merge -> codePoints(merge.right))
                    .reversed();

    private ScoredMerges() {}

    /**
     * @param tokens pieces by id
     * @param kinds one for each piece; only normal ones are merged
     * @param scores one for each piece
     * @return pairs in order of priority, joined by a space
     * @throws IllegalArgumentException if there are not as many kinds and scores as pieces
     */
    public static List<String> of(List<String> tokens, List<Kind> kinds, float[] scores) {
        if (kinds.size() != tokens.size() || scores.length != tokens.size()) {
            throw new IllegalArgumentException(
                    "%d tokens, %d token types and %d scores; one for each token is needed"
                            .formatted(tokens.size(), kinds.size(), scores.length));
        }
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < tokens.size(); id++) {
            if (kinds.get(id) == Kind.NORMAL) ids.put(tokens.get(id), id);
        }
        List<Merge> merges = new ArrayList<>();
        for (int id = 0; id < tokens.size(); id++) {
            if (kinds.get(id) == Kind.NORMAL) addSplits(merges, tokens.get(id), scores[id], ids);
        }
        merges.sort(ORDER);
        return merges.stream().map(merge -> merge.left + " " + merge.right).toList();
    }

    private static void addSplits(
            List<Merge> merges, String piece, float score, Map<String, Integer> ids) {
        List<Merge> splits = new ArrayList<>();
        for (int cut = 1; cut < piece.length(); cut++) {
            if (Character.isLowSurrogate(piece.charAt(cut))) continue;
            String left = piece.substring(0, cut);
            String right = piece.substring(cut);
            Integer leftId = ids.get(left);
            Integer rightId = ids.get(right);
            if (leftId != null && rightId != null) {
                splits.add(new Merge(left, right, score, leftId, rightId));
            }
        }
        splits.sort(Comparator.comparingInt(Merge::leftId).thenComparingInt(Merge::rightId));
        merges.addAll(splits);
    }

    private static int codePoints(String text) {
        return text.codePointCount(0, text.length());
    }
}
