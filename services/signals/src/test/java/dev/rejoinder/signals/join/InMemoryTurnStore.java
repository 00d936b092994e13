package dev.rejoinder.signals.join;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Turns in a map, by id. */
public final class InMemoryTurnStore implements TurnStore {
    private final TreeMap<String, Turn> turns = new TreeMap<>();

    @Override
    public void keep(Collection<Turn> more) {
        more.forEach(t -> turns.put(t.turnId(), t));
    }

    @Override
    public void erase(Collection<String> turnIds) {
        turns.keySet().removeAll(turnIds);
    }

    @Override
    public List<Turn> endingIn(Collection<String> replyChains) {
        return turns.values().stream().filter(t -> replyChains.contains(t.replyChain())).toList();
    }

    @Override
    public List<Turn> following(Collection<String> historyChains) {
        return turns.values().stream()
                .filter(t -> historyChains.contains(t.historyChain()))
                .toList();
    }

    @Override
    public int trim(Instant oldest, int most) {
        int before = turns.size();
        turns.values().removeIf(t -> t.answeredAt().isBefore(oldest));
        List<Turn> newestFirst =
                turns.values().stream()
                        .sorted(Comparator.comparing(Turn::answeredAt).reversed())
                        .toList();
        newestFirst.stream().skip(most).forEach(t -> turns.remove(t.turnId()));
        return before - turns.size();
    }
}
