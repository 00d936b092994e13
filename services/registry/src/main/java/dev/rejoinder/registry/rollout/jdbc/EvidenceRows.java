package dev.rejoinder.registry.rollout.jdbc;

import dev.rejoinder.registry.evidence.Evidence;
import dev.rejoinder.registry.evidence.Observation;
import dev.rejoinder.registry.evidence.Outcome;
import dev.rejoinder.registry.evidence.Tally;
import dev.rejoinder.registry.rollout.Trial;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Table evidence. */
final class EvidenceRows {
    private static final RowMapper<Count> COUNT =
            (row, context) ->
                    new Count(
                            row.getString("version"),
                            Outcome.valueOf(row.getString("outcome")),
                            row.getLong("n"));
    private static final RowMapper<Arms> ARMS =
            (row, context) ->
                    new Arms(
                            row.getLong("revision"),
                            row.getString("canary"),
                            row.getString("champion"));

    private EvidenceRows() {}

    private record Count(String version, Outcome outcome, long n) {}

    private record Arms(long trial, String canary, String champion) {}

    /** Keeps what belongs to the trial and is not there yet; false if that is nothing. */
    static boolean add(Handle handle, String modelId, Trial trial, List<Observation> observations) {
        PreparedBatch batch =
                handle.prepareBatch(
                        "insert into registry.evidence (event_id, model_id, trial, version,"
                                + " outcome, detected_at) values (:event, :model, :trial, :version,"
                                + " :outcome, :at) on conflict (event_id) do nothing");
        for (Observation o : observations)
            if (belongs(o, trial))
                batch.bind("event", o.eventId())
                        .bind("model", modelId)
                        .bind("trial", trial.revision())
                        .bind("version", o.version())
                        .bind("outcome", o.outcome().name())
                        .bind("at", o.at())
                        .add();
        int added = 0;
        if (batch.size() > 0) for (int n : batch.execute()) added += n;
        return added > 0;
    }

    private static boolean belongs(Observation o, Trial trial) {
        boolean inAnArm =
                o.version().equals(trial.canary()) || o.version().equals(trial.champion());
        return inAnArm && !o.at().isBefore(trial.beganAt());
    }

    static Evidence count(Handle handle, String modelId, Trial trial) {
        return count(handle, modelId, new Arms(trial.revision(), trial.canary(), trial.champion()));
    }

    /** Of the last trial in which a version was the canary. */
    static Optional<Evidence> last(Handle handle, String modelId, String canary) {
        return handle.createQuery(
                        "select * from registry.trial where model_id = :model and canary = :canary"
                                + " order by revision desc limit 1")
                .bind("model", modelId)
                .bind("canary", canary)
                .map(ARMS)
                .findOne()
                .map(arms -> count(handle, modelId, arms));
    }

    private static Evidence count(Handle handle, String modelId, Arms arms) {
        Tally canary = Tally.NONE;
        Tally champion = Tally.NONE;
        List<Count> counts =
                handle.createQuery(
                                "select version, outcome, count(*) as n from registry.evidence"
                                        + " where model_id = :model and trial = :trial"
                                        + " group by version, outcome")
                        .bind("model", modelId)
                        .bind("trial", arms.trial())
                        .map(COUNT)
                        .list();
        for (Count c : counts) {
            if (c.version().equals(arms.canary())) canary = canary.plus(c.outcome(), c.n());
            else champion = champion.plus(c.outcome(), c.n());
        }
        return new Evidence(canary, champion);
    }
}
