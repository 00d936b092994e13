package dev.rejoinder.registry.rollout.jdbc;

import dev.rejoinder.registry.rollout.Rollout;
import dev.rejoinder.registry.rollout.Trial;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** Tables model and trial. */
final class ModelRows {
    private static final RowMapper<Model> MODEL =
            (row, context) ->
                    new Model(
                            row.getString("model_id"),
                            row.getString("base_digest"),
                            row.getLong("revision"),
                            row.getTimestamp("changed_at").toInstant());
    private static final RowMapper<Trial> TRIAL =
            (row, context) ->
                    new Trial(
                            row.getLong("revision"),
                            row.getString("canary"),
                            row.getString("champion"),
                            row.getTimestamp("began_at").toInstant());

    private ModelRows() {}

    record Model(String modelId, String baseDigest, long revision, Instant changedAt) {}

    /** False if the model is there already. */
    static boolean insert(Handle handle, Rollout fresh) {
        return handle.createUpdate(
                                "insert into registry.model (model_id, base_digest, revision, changed_at)"
                                        + " values (:model, :base, :revision, :at) on conflict do nothing")
                        .bind("model", fresh.modelId())
                        .bind("base", fresh.baseDigest())
                        .bind("revision", fresh.revision())
                        .bind("at", fresh.changedAt())
                        .execute()
                == 1;
    }

    static void update(Handle handle, Rollout after) {
        handle.createUpdate(
                        "update registry.model set revision = :revision, changed_at = :at"
                                + " where model_id = :model")
                .bind("model", after.modelId())
                .bind("revision", after.revision())
                .bind("at", after.changedAt())
                .execute();
    }

    static Optional<Model> find(Handle handle, String modelId) {
        return handle.createQuery("select * from registry.model where model_id = :model")
                .bind("model", modelId)
                .map(MODEL)
                .findOne();
    }

    static Optional<Model> lock(Handle handle, String modelId) {
        return handle.createQuery("select * from registry.model where model_id = :model for update")
                .bind("model", modelId)
                .map(MODEL)
                .findOne();
    }

    static List<Model> all(Handle handle) {
        return handle.createQuery("select * from registry.model order by model_id")
                .map(MODEL)
                .list();
    }

    static List<Model> unacknowledged(Handle handle) {
        return handle.createQuery(
                        "select * from registry.model where acknowledged < revision"
                                + " order by model_id")
                .map(MODEL)
                .list();
    }

    static void acknowledge(Handle handle, String modelId, long revision) {
        handle.createUpdate(
                        "update registry.model set acknowledged = greatest(acknowledged, :revision)"
                                + " where model_id = :model")
                .bind("model", modelId)
                .bind("revision", revision)
                .execute();
    }

    static Optional<Trial> trial(Handle handle, String modelId) {
        return handle.createQuery(
                        "select * from registry.trial where model_id = :model and not ended")
                .bind("model", modelId)
                .map(TRIAL)
                .findOne();
    }

    static void replaceTrial(Handle handle, Rollout after) {
        handle.createUpdate("update registry.trial set ended = true where model_id = :model")
                .bind("model", after.modelId())
                .execute();
        after.trial()
                .ifPresent(t ->
                        handle.createUpdate(
                                        "insert into registry.trial (model_id, revision,"
                                                + " canary, champion, began_at) values (:model,"
                                                + " :revision, :canary, :champion, :at)")
                                .bind("model", after.modelId())
                                .bind("revision", t.revision())
                                .bind("canary", t.canary())
                                .bind("champion", t.champion())
                                .bind("at", t.beganAt())
                                .execute());
    }
}
