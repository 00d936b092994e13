package dev.rejoinder.preferences.curation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A text as the set of its runs of three words (Broder 1997): two texts are as alike as their sets
 * overlap.
 */
public final class Shingles {
    private static final int LENGTH = 3;

    private final Set<String> runs;

    private Shingles(Set<String> runs) {
        this.runs = runs;
    }

    public static Shingles of(String text) {
        List<String> words = NormalText.words(text);
        Set<String> runs = new HashSet<>();
        int length = Math.min(LENGTH, words.size());
        if (length > 0)
            for (int i = 0; i + length <= words.size(); i++)
                runs.add(String.join(" ", words.subList(i, i + length)));
        return new Shingles(runs);
    }

    /** Jaccard index: 1 for the same words in the same order, 0 for no common run. */
    public double similarity(Shingles other) {
        if (runs.isEmpty() && other.runs.isEmpty()) return 1;
        long common = runs.stream().filter(other.runs::contains).count();
        return (double) common / (runs.size() + other.runs.size() - common);
    }
}
