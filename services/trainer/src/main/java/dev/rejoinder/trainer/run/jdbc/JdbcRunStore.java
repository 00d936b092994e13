package dev.rejoinder.trainer.run.jdbc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.trainer.run.Run;
import dev.rejoinder.trainer.run.RunId;
import dev.rejoinder.trainer.run.RunOutbox;
import dev.rejoinder.trainer.run.RunStore;
import dev.rejoinder.trainer.run.grpc.RunMessages;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;

/**
 * The schema {@code trainer}: one row for each run, its message as JSON beside the columns that are
 * searched, and an outbox written in the same transaction.
 */
public final class JdbcRunStore implements RunStore, RunOutbox {
    /** The name of the schema and of its folder of migrations. */
    public static final String SCHEMA = "trainer";

    private static final JsonFormat.Printer PRINTER =
            JsonFormat.printer().omittingInsignificantWhitespace();
    private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

    private final Jdbi jdbi;

    public JdbcRunStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public void save(Run run) {
        reach(() -> {
            jdbi.useTransaction(handle -> {
                upsert(handle, run);
                handle.createUpdate(
                                "insert into trainer.outbox (run_id, event)"
                                        + " values (:run, :event)")
                        .bind("run", run.id().value())
                        .bind("event", RunMessages.event(run).toByteArray())
                        .execute();
            });
            return run;
        });
    }

    private static void upsert(Handle handle, Run run) {
        handle.createUpdate(
                        """
                        insert into trainer.run
                          (run_id, state, finished, used_position, created_at, changed_at, run)
                        values (:id, :state, :finished, :used, :created, :changed, :run::jsonb)
                        on conflict (run_id) do update set
                          state = excluded.state, finished = excluded.finished,
                          used_position = excluded.used_position,
                          changed_at = excluded.changed_at, run = excluded.run
                        """)
                .bind("id", run.id().value())
                .bind("state", run.state())
                .bind("finished", run instanceof Run.Finished)
                .bind("used", usedPosition(run))
                .bind("created", run.facts().createdAt().atOffset(ZoneOffset.UTC))
                .bind("changed", run.changedAt().atOffset(ZoneOffset.UTC))
                .bind("run", json(run))
                .execute();
    }

    /** A failed run has used nothing: its pairs may trigger again. */
    private static long usedPosition(Run run) {
        return run instanceof Run.Finished && !(run instanceof Run.Failed)
                ? run.facts().dataset().lastPosition()
                : 0;
    }

    @Override
    public Optional<Run> find(RunId id) {
        return reach(() ->
                jdbi.withHandle(h ->
                        runs(
                                        h.createQuery(
                                                        "select run from trainer.run"
                                                                + " where run_id ="
                                                                + " :id")
                                                .bind("id", id.value()))
                                .stream()
                                .findFirst()));
    }

    @Override
    public List<Run.Open> open() {
        return reach(() ->
                jdbi.withHandle(h ->
                        runs(
                                        h.createQuery(
                                                "select run from trainer.run where"
                                                        + " not finished order by"
                                                        + " created_at, run_id"))
                                .stream()
                                .map(Run.Open.class::cast)
                                .toList()));
    }

    @Override
    public List<Run> list(int limit, Optional<RunId> after) {
        return reach(() ->
                jdbi.withHandle(h ->
                        runs(
                                h.createQuery(
                                                """
                                                select run from trainer.run
                                                where :after = '' or (created_at, run_id) <
                                                  (select created_at, run_id from trainer.run
                                                   where run_id = :after)
                                                order by created_at desc, run_id desc
                                                limit :limit
                                                """)
                                        .bind("after", after.map(RunId::value).orElse(""))
                                        .bind("limit", limit))));
    }

    @Override
    public Optional<Run.Finished> lastFinished() {
        return reach(() ->
                jdbi.withHandle(h ->
                        runs(
                                        h.createQuery(
                                                "select run from trainer.run where"
                                                        + " finished order by"
                                                        + " changed_at desc limit 1"))
                                .stream()
                                .map(Run.Finished.class::cast)
                                .findFirst()));
    }

    @Override
    public long lastUsedPosition() {
        return reach(() ->
                jdbi.withHandle(h ->
                        h.createQuery(
                                        "select coalesce(max(used_position), 0) from"
                                                + " trainer.run")
                                .mapTo(Long.class)
                                .one()));
    }

    @Override
    public List<Entry> oldest(int limit) {
        return reach(() ->
                jdbi.withHandle(h ->
                        h.createQuery(
                                        "select sequence, run_id, event from"
                                                + " trainer.outbox order by sequence"
                                                + " limit :limit")
                                .bind("limit", limit)
                                .map((row, context) ->
                                        new Entry(
                                                row.getLong(1), row.getString(2), row.getBytes(3)))
                                .list()));
    }

    @Override
    public void removeUpTo(long sequence) {
        reach(() ->
                jdbi.withHandle(h ->
                        h.createUpdate(
                                        "delete from trainer.outbox where sequence"
                                                + " <= :sequence")
                                .bind("sequence", sequence)
                                .execute()));
    }

    private static List<Run> runs(Query query) {
        return query.mapTo(String.class).list().stream().map(JdbcRunStore::run).toList();
    }

    private static String json(Run run) {
        try {
            return PRINTER.print(RunMessages.message(run));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a run's message has no Any that could fail", e);
        }
    }

    private static Run run(String json) {
        var message = dev.rejoinder.proto.trainer.v1.Run.newBuilder();
        try {
            PARSER.merge(json, message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the database holds a run that is no run", e);
        }
        return RunMessages.run(message.build());
    }

    private static <T> T reach(Supplier<T> access) {
        try {
            return access.get();
        } catch (JdbiException e) {
            if (isAway(e))
                throw Refusal.unavailable("the trainer's database is away: " + e.getMessage());
            throw e;
        }
    }

    /** No connection, or SQLSTATE 08 (connection), 53 (resources), 57P (shutdown). */
    private static boolean isAway(JdbiException e) {
        if (e instanceof org.jdbi.v3.core.ConnectionException) return true;
        if (!(e.getCause() instanceof SQLException sql)) return false;
        String state = String.valueOf(sql.getSQLState());
        return state.startsWith("08") || state.startsWith("53") || state.startsWith("57P");
    }
}
