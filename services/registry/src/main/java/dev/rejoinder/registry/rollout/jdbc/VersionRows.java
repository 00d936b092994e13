package dev.rejoinder.registry.rollout.jdbc;

import dev.rejoinder.registry.rollout.Rollouts;
import dev.rejoinder.registry.version.Lineage;
import dev.rejoinder.registry.version.StageChange;
import dev.rejoinder.registry.version.Version;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** Tables version and stage_change. */
final class VersionRows {
    private static final RowMapper<Row> ROW = (row, context) -> row(row);

    private VersionRows() {}

    /** A version without its history. */
    private record Row(
            String modelId,
            String baseDigest,
            int number,
            String adapterDigest,
            String artifactUri,
            Lineage lineage,
            long position) {
        Version with(List<StageChange> history) {
            return new Version(number, adapterDigest, artifactUri, lineage, history);
        }
    }

    /** A model's, oldest first. */
    static List<Version> of(Handle handle, String modelId) {
        Map<Integer, List<StageChange>> histories = StageRows.byNumber(handle, modelId);
        return handle
                .createQuery(
                        "select v.*, m.base_digest from registry.version v join registry.model m"
                                + " using (model_id) where model_id = :model order by number")
                .bind("model", modelId)
                .map(ROW)
                .list()
                .stream()
                .map(row -> row.with(histories.getOrDefault(row.number(), List.of())))
                .toList();
    }

    static List<Rollouts.Entry> page(Handle handle, String modelId, long before, int limit) {
        return handle
                .createQuery(
                        "select v.*, m.base_digest from registry.version v join registry.model m"
                                + " using (model_id) where (:model = '' or model_id = :model)"
                                + " and position < :before order by position desc limit :limit")
                .bind("model", modelId)
                .bind("before", before)
                .bind("limit", limit)
                .map(ROW)
                .list()
                .stream()
                .map(row -> entry(handle, row))
                .toList();
    }

    static Rollouts.Entry one(Handle handle, String modelId, int number) {
        return handle.createQuery(
                        "select v.*, m.base_digest from registry.version v join registry.model m"
                                + " using (model_id) where model_id = :model and number = :number")
                .bind("model", modelId)
                .bind("number", number)
                .map(ROW)
                .findOne()
                .map(row -> entry(handle, row))
                .orElseThrow();
    }

    private static Rollouts.Entry entry(Handle handle, Row row) {
        Version version = row.with(StageRows.of(handle, row.modelId(), row.number()));
        return new Rollouts.Entry(
                row.modelId(),
                row.baseDigest(),
                version,
                EvidenceRows.last(handle, row.modelId(), version.name()),
                row.position());
    }

    /** Adds what is new: versions never change, their histories only grow. */
    static void save(Handle handle, String modelId, List<Version> changed) {
        for (Version version : changed) {
            insert(handle, modelId, version);
            StageRows.save(handle, modelId, version);
        }
    }

    private static void insert(Handle handle, String modelId, Version version) {
        Lineage lineage = version.lineage();
        handle.createUpdate(
                        "insert into registry.version (model_id, number, name, adapter_digest,"
                                + " artifact_uri, run_id, dataset_digest, pairs, pair_ids, signal_ids,"
                                + " turn_ids, parent_version) select :model, :number, :name, :adapter,"
                                + " :uri, :run, :dataset, :pairs, :pair_ids, :signal_ids, :turn_ids,"
                                + " :parent where not exists (select 1 from registry.version where"
                                + " model_id = :model and number = :number)")
                .bind("model", modelId)
                .bind("number", version.number())
                .bind("name", version.name())
                .bind("adapter", version.adapterDigest())
                .bind("uri", version.artifactUri())
                .bind("run", lineage.runId())
                .bind("dataset", lineage.datasetDigest())
                .bind("pairs", lineage.pairs())
                .bind("pair_ids", lineage.pairIds().toArray(String[]::new))
                .bind("signal_ids", lineage.signalIds().toArray(String[]::new))
                .bind("turn_ids", lineage.turnIds().toArray(String[]::new))
                .bind("parent", lineage.parentVersion())
                .execute();
    }

    private static Row row(ResultSet row) throws SQLException {
        Lineage lineage =
                new Lineage(
                        row.getString("run_id"),
                        row.getString("dataset_digest"),
                        row.getInt("pairs"),
                        texts(row.getArray("pair_ids")),
                        texts(row.getArray("signal_ids")),
                        texts(row.getArray("turn_ids")),
                        row.getString("parent_version"));
        return new Row(
                row.getString("model_id"),
                row.getString("base_digest"),
                row.getInt("number"),
                row.getString("adapter_digest"),
                row.getString("artifact_uri"),
                lineage,
                row.getLong("position"));
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }
}
