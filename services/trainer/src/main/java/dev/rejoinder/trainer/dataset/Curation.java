package dev.rejoinder.trainer.dataset;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses the pairs of a dataset: each once, none too long, and at most so many.
 *
 * <ul>
 *   <li>Where there are more than the cap, users take turns, each with their best pair first, so
 *       that nobody's wishes crowd out the others'.
 *   <li>Best means: somebody asked for it (natural and on-policy before best-of-n), then the
 *       likelier chosen reply under the base, because an unlikely one teaches broken language.
 * </ul>
 *
 * @param maxPairs at least 2
 * @param maxTokens most tokens of prompt and both replies; longer pairs are left out
 */
public record Curation(int maxPairs, int maxTokens) {
    private static final Comparator<Pair> BEST_FIRST =
            Comparator.comparing((Pair p) -> p.provenance().origin() == Origin.BEST_OF_N)
                    .thenComparing(p -> -p.provenance().chosenMeanLogProb())
                    .thenComparing(Pair::id);

    public Curation {
        if (maxPairs < 2)
            throw new IllegalArgumentException(
                    "max-pairs of " + maxPairs + " is below 2: one to train on, one to hold out");
        if (maxTokens < 16)
            throw new IllegalArgumentException("max-tokens of " + maxTokens + " is below 16");
    }

    /** The chosen pairs, in the order they came. */
    public List<Pair> choose(List<Pair> pairs, PairEncoder encoder) {
        Set<String> seen = new HashSet<>();
        List<Pair> usable =
                pairs.stream()
                        .filter(p -> seen.add(p.id()))
                        .filter(p -> encoder.fits(p, maxTokens))
                        .toList();
        if (usable.size() <= maxPairs) return usable;
        Set<String> kept = new HashSet<>();
        byTurns(usable, kept);
        return usable.stream().filter(p -> kept.contains(p.id())).toList();
    }

    private void byTurns(List<Pair> usable, Set<String> kept) {
        Map<String, Deque<Pair>> byUser = new LinkedHashMap<>();
        usable.stream()
                .sorted(BEST_FIRST)
                .forEach(p ->
                        byUser.computeIfAbsent(p.provenance().userHash(), u -> new ArrayDeque<>())
                                .add(p));
        while (kept.size() < maxPairs) {
            List<Pair> round = new ArrayList<>();
            for (Deque<Pair> queue : byUser.values())
                if (!queue.isEmpty()) round.add(queue.removeFirst());
            round.stream()
                    .sorted(BEST_FIRST)
                    .limit(maxPairs - kept.size())
                    .forEach(p -> kept.add(p.id()));
        }
    }
}
