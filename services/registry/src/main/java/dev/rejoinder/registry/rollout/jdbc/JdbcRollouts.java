package dev.rejoinder.registry.rollout.jdbc;

import dev.rejoinder.registry.evidence.Evidence;
import dev.rejoinder.registry.evidence.Observation;
import dev.rejoinder.registry.rollout.Rollout;
import dev.rejoinder.registry.rollout.Rollouts;
import dev.rejoinder.registry.rollout.Trial;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Rollouts in PostgreSQL's schema {@code registry}. Every change locks its model's row, so changes
 * of a model are serial over all processes.
 */
public final class JdbcRollouts implements Rollouts {
    private final Jdbi jdbi;

    /**
     * @param jdbi of {@code Schema.open(source, "registry")}
     */
    public JdbcRollouts(Jdbi jdbi) {
        this.jdbi = jdbi.registerArrayType(String.class, "text");
    }

    @Override
    public Rollout create(Rollout fresh) {
        return jdbi.inTransaction(handle -> {
            if (ModelRows.insert(handle, fresh))
                VersionRows.save(handle, fresh.modelId(), fresh.versions());
            return locked(handle, fresh.modelId()).orElseThrow();
        });
    }

    @Override
    public Optional<Rollout> find(String modelId) {
        return jdbi.withHandle(handle -> ModelRows.find(handle, modelId).map(m -> load(handle, m)));
    }

    @Override
    public List<Rollout> all() {
        return jdbi.withHandle(
                handle -> ModelRows.all(handle).stream().map(m -> load(handle, m)).toList());
    }

    @Override
    public Optional<Rollout> change(String modelId, UnaryOperator<Rollout> step) {
        return jdbi.inTransaction(handle ->
                locked(handle, modelId).map(before -> save(handle, before, step.apply(before))));
    }

    @Override
    public void observe(
            String modelId,
            List<Observation> observations,
            Function<Evidence, Optional<UnaryOperator<Rollout>>> judge) {
        jdbi.useTransaction(handle -> {
            Optional<ModelRows.Model> model = ModelRows.lock(handle, modelId);
            Optional<Trial> trial = ModelRows.trial(handle, modelId);
            if (model.isEmpty() || trial.isEmpty()) return;
            if (!EvidenceRows.add(handle, modelId, trial.get(), observations)) return;
            Evidence evidence = EvidenceRows.count(handle, modelId, trial.get());
            judge.apply(evidence)
                    .ifPresent(step -> {
                        Rollout before = load(handle, model.get());
                        save(handle, before, step.apply(before));
                    });
        });
    }

    @Override
    public List<Entry> list(String modelId, long before, int limit) {
        return jdbi.withHandle(handle -> VersionRows.page(handle, modelId, before, limit));
    }

    @Override
    public Entry entry(String modelId, int number) {
        return jdbi.withHandle(handle -> VersionRows.one(handle, modelId, number));
    }

    @Override
    public Evidence evidence(String modelId) {
        return jdbi.withHandle(handle ->
                ModelRows.trial(handle, modelId)
                        .map(trial -> EvidenceRows.count(handle, modelId, trial))
                        .orElse(Evidence.NONE));
    }

    @Override
    public List<Rollout> unpublished() {
        return jdbi.withHandle(handle ->
                ModelRows.unacknowledged(handle).stream().map(m -> load(handle, m)).toList());
    }

    @Override
    public void acknowledge(String modelId, long revision) {
        jdbi.useHandle(handle -> ModelRows.acknowledge(handle, modelId, revision));
    }

    private static Optional<Rollout> locked(Handle handle, String modelId) {
        return ModelRows.lock(handle, modelId).map(m -> load(handle, m));
    }

    private static Rollout load(Handle handle, ModelRows.Model model) {
        return new Rollout(
                model.modelId(),
                model.baseDigest(),
                model.revision(),
                model.changedAt(),
                VersionRows.of(handle, model.modelId()),
                ModelRows.trial(handle, model.modelId()));
    }

    /** The same rollout needs no writing. */
    private static Rollout save(Handle handle, Rollout before, Rollout after) {
        if (after == before) return before;
        ModelRows.update(handle, after);
        VersionRows.save(
                handle,
                after.modelId(),
                after.versions().stream().filter(v -> !before.versions().contains(v)).toList());
        if (!after.trial().equals(before.trial())) ModelRows.replaceTrial(handle, after);
        return after;
    }
}
