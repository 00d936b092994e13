package dev.rejoinder.registry.rollout.jdbc;

import dev.rejoinder.registry.version.Stage;
import dev.rejoinder.registry.version.StageChange;
import dev.rejoinder.registry.version.Version;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Table stage_change. */
final class StageRows {
    private StageRows() {}

    static List<StageChange> of(Handle handle, String modelId, int number) {
        return handle.createQuery(
                        "select * from registry.stage_change where model_id = :model"
                                + " and number = :number order by step")
                .bind("model", modelId)
                .bind("number", number)
                .map((row, context) -> change(row))
                .list();
    }

    /** All of a model's histories. */
    static Map<Integer, List<StageChange>> byNumber(Handle handle, String modelId) {
        Map<Integer, List<StageChange>> histories = new HashMap<>();
        handle.createQuery(
                        "select * from registry.stage_change where model_id = :model order by step")
                .bind("model", modelId)
                .map((row, context) -> Map.entry(row.getInt("number"), change(row)))
                .forEach(step ->
                        histories
                                .computeIfAbsent(step.getKey(), n -> new ArrayList<>())
                                .add(step.getValue()));
        return histories;
    }

    /** Adds the steps that are not there yet. */
    static void save(Handle handle, String modelId, Version version) {
        int kept = of(handle, modelId, version.number()).size();
        for (int step = kept; step < version.history().size(); step++) {
            StageChange change = version.history().get(step);
            handle.createUpdate(
                            "insert into registry.stage_change (model_id, number, step, stage,"
                                    + " share, since, changed_at, reason) values (:model, :number,"
                                    + " :step, :stage, :share, :since, :at, :reason)")
                    .bind("model", modelId)
                    .bind("number", version.number())
                    .bind("step", step)
                    .bind("stage", name(change.stage()))
                    .bind("share", share(change.stage()))
                    .bind("since", since(change.stage()))
                    .bind("at", change.changedAt())
                    .bind("reason", change.reason())
                    .execute();
        }
    }

    private static StageChange change(ResultSet row) throws SQLException {
        return new StageChange(
                stage(row), row.getTimestamp("changed_at").toInstant(), row.getString("reason"));
    }

    private static Stage stage(ResultSet row) throws SQLException {
        String name = row.getString("stage");
        return switch (name) {
            case "candidate" -> new Stage.Candidate();
            case "canary" -> new Stage.Canary(row.getDouble("share"));
            case "champion" -> new Stage.Champion(row.getLong("since"));
            case "retired" -> new Stage.Retired(row.getLong("since"));
            case "rejected" -> new Stage.Rejected();
            default -> throw new IllegalStateException("a stage of \"" + name + "\" in the table");
        };
    }

    private static String name(Stage stage) {
        return switch (stage) {
            case Stage.Candidate s -> "candidate";
            case Stage.Canary s -> "canary";
            case Stage.Champion s -> "champion";
            case Stage.Retired s -> "retired";
            case Stage.Rejected s -> "rejected";
        };
    }

    private static @Nullable Double share(Stage stage) {
        return stage instanceof Stage.Canary canary ? canary.share() : null;
    }

    private static @Nullable Long since(Stage stage) {
        return switch (stage) {
            case Stage.Champion champion -> champion.since();
            case Stage.Retired retired -> retired.since();
            case Stage.Candidate s -> null;
            case Stage.Canary s -> null;
            case Stage.Rejected s -> null;
        };
    }
}
