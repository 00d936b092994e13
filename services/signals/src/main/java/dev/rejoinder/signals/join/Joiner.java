package dev.rejoinder.signals.join;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Joins turns to the replies they speak of.
 *
 * <ul>
 *   <li>In any order: a turn finds the one before it, and those that wait for it.
 *   <li>Again and again: the same turns give the same joins.
 *   <li>Never across users: two who got the same words in reply stay apart.
 * </ul>
 */
public final class Joiner {
    private final TurnStore store;

    public Joiner(TurnStore store) {
        this.store = store;
    }

    /**
     * What came of a batch.
     *
     * @param joined pairs of turns, each once, in the order of the turns that brought them
     * @param first turns that begin a conversation
     * @param unknown turns whose history nobody here has recorded
     */
    public record Joined(List<FollowedTurn> joined, int first, int unknown) {}

    /** Keeps the turns, forgets the erased ones, and joins what can be joined now. */
    public Joined take(Collection<Turn> turns, Collection<String> erased) {
        Map<String, Turn> fresh = new LinkedHashMap<>();
        for (Turn t : turns) if (!erased.contains(t.turnId())) fresh.put(t.turnId(), t);
        store.keep(fresh.values());
        store.erase(erased);

        Map<String, Turn> followers = new LinkedHashMap<>(fresh);
        List<String> replyChains =
                fresh.values().stream().map(Turn::replyChain).distinct().toList();
        for (Turn t : store.following(replyChains)) followers.putIfAbsent(t.turnId(), t);

        Map<String, List<Turn>> predecessors = predecessors(followers.values());
        List<FollowedTurn> joined = new ArrayList<>();
        int first = 0;
        int unknown = 0;
        for (Turn t : followers.values()) {
            Optional<Turn> judged = judgedBy(t, predecessors);
            if (judged.isPresent() && t.followUp().isPresent())
                joined.add(new FollowedTurn(judged.get(), t));
            else if (t.historyChain().isEmpty()) first++;
            else if (judged.isEmpty()) unknown++;
        }
        return new Joined(List.copyOf(joined), first, unknown);
    }

    private Map<String, List<Turn>> predecessors(Collection<Turn> followers) {
        List<String> chains =
                followers.stream()
                        .map(Turn::historyChain)
                        .filter(c -> !c.isEmpty())
                        .distinct()
                        .toList();
        Map<String, List<Turn>> byChain = new HashMap<>();
        for (Turn t : store.endingIn(chains))
            byChain.computeIfAbsent(t.replyChain(), c -> new ArrayList<>()).add(t);
        return byChain;
    }

    /**
     * Of several turns with the same words (a reply drawn twice, or n alike), the one of the same
     * conversation and, of those, the latest before; then the smallest id, so that it is always the
     * same one.
     */
    private static Optional<Turn> judgedBy(Turn turn, Map<String, List<Turn>> predecessors) {
        return predecessors.getOrDefault(turn.historyChain(), List.of()).stream()
                .filter(p -> !p.turnId().equals(turn.turnId()))
                .filter(p -> isOfTheSameUser(p, turn))
                .min(
                        Comparator.comparing((Turn p) ->
                                        !p.conversationId().equals(turn.conversationId()))
                                .thenComparing(p -> p.answeredAt().isAfter(turn.answeredAt()))
                                .thenComparing(Turn::answeredAt, Comparator.reverseOrder())
                                .thenComparing(Turn::turnId));
    }

    /** Nobody knows that two conversations without a user are the same person's. */
    private static boolean isOfTheSameUser(Turn one, Turn other) {
        return one.userHash().equals(other.userHash())
                && (!one.userHash().isEmpty()
                        || one.conversationId().equals(other.conversationId()));
    }
}
