package dev.rejoinder.trainer.dataset;

import dev.rejoinder.kernel.id.Digests;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Divides pairs into those trained on and those held out, by user, so that the gate judges on
 * people the adapter never saw. Users are ordered by a hash: the same pairs give the same split on
 * every machine. Where one user has most of the pairs, prompts are divided instead.
 *
 * @param share of the pairs to hold out, in (0, 0.5]
 */
public record Split(double share) {
    /** One user must not take more than this part of all pairs out of training. */
    private static final double MOST_HELD_OUT = 1.0 / 3;

    public Split {
        if (!(share > 0 && share <= 0.5))
            throw new IllegalArgumentException(
                    "held-out share of " + share + " is outside (0, 0.5]");
    }

    /** Both parts, each in the order of the pairs; held out is empty only if no division exists. */
    public Snapshot of(List<Pair> pairs, long lastPosition) {
        Set<String> heldOut = choose(pairs, p -> p.provenance().userHash());
        if (heldOut.isEmpty()) heldOut = choose(pairs, Pair::promptDigest);
        Set<String> out = heldOut;
        return new Snapshot(
                pairs.stream().filter(p -> !out.contains(p.id())).toList(),
                pairs.stream().filter(p -> out.contains(p.id())).toList(),
                lastPosition);
    }

    private Set<String> choose(List<Pair> pairs, Function<Pair, String> group) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (Pair p : pairs)
            groups.computeIfAbsent(group.apply(p), g -> new ArrayList<>()).add(p.id());
        long wanted = Math.max(1, Math.round(share * pairs.size()));
        long most = Math.max(wanted, (long) (MOST_HELD_OUT * pairs.size()));
        Set<String> chosen = new HashSet<>();
        List<String> byHash =
                groups.keySet().stream()
                        .sorted(Comparator.comparing(g -> Digests.sha256("split", g)))
                        .toList();
        for (String g : byHash) {
            List<String> ids = groups.get(g);
            if (chosen.size() >= wanted) break;
            if (groups.size() > 1 && chosen.size() + ids.size() <= most) chosen.addAll(ids);
        }
        return chosen.size() == pairs.size() ? Set.of() : chosen;
    }
}
