package dev.rejoinder.trainer.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs in memory, and every state they went through. */
public final class InMemoryRunStore implements RunStore {
    private final Map<RunId, Run> runs = new LinkedHashMap<>();
    private final List<Run> saved = new ArrayList<>();

    @Override
    public synchronized void save(Run run) {
        runs.put(run.id(), run);
        saved.add(run);
    }

    /** Everything that was saved, oldest first. */
    public synchronized List<Run> saved() {
        return List.copyOf(saved);
    }

    @Override
    public synchronized Optional<Run> find(RunId id) {
        return Optional.ofNullable(runs.get(id));
    }

    @Override
    public synchronized List<Run.Open> open() {
        return runs.values().stream()
                .filter(Run.Open.class::isInstance)
                .map(Run.Open.class::cast)
                .toList();
    }

    @Override
    public synchronized List<Run> list(int limit, Optional<RunId> after) {
        List<Run> newest = new ArrayList<>(runs.values()).reversed();
        int from = after.map(id -> newest.indexOf(runs.get(id)) + 1).orElse(0);
        return newest.stream().skip(from).limit(limit).toList();
    }

    @Override
    public synchronized Optional<Run.Finished> lastFinished() {
        return runs.values().stream()
                .filter(Run.Finished.class::isInstance)
                .map(Run.Finished.class::cast)
                .max(Comparator.comparing(Run::changedAt));
    }

    @Override
    public synchronized long lastUsedPosition() {
        return runs.values().stream()
                .filter(r -> r instanceof Run.Registered || r instanceof Run.Refused)
                .mapToLong(r -> r.facts().dataset().lastPosition())
                .max()
                .orElse(0);
    }
}
