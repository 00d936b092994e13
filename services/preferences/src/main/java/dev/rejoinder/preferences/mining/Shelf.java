package dev.rejoinder.preferences.mining;

import java.util.List;

/** The pairs there are, as a decision about one more sees them. */
public interface Shelf {
    boolean holds(String pairId);

    /** Chosen replies of all pairs with this prompt. */
    List<String> chosenFor(String promptId);

    int pairsOf(String userKey);
}
