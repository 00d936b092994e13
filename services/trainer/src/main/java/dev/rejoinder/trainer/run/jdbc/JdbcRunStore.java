package dev.rejoinder.trainer.run.jdbc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.trainer.run.Run;
import dev.rejoinder.trainer.run.RunId;
import dev.rejoinder.trainer.run.RunOutbox;
import dev.rejoinder.trainer.run.RunStore;
import dev.rejoinder.trainer.run.grpc.RunMessages;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

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
        reach(h ->
                h.inTransaction(transaction -> {
                    upsert(transaction, run);
                    return announce(transaction, run);
                }));
    }

    private static int announce(Handle handle, Run run) {
        return handle.createUpdate(
                        "insert into trainer.outbox (run_id, event) values (:run, :event)")
                .bind("run", run.id().value())
                .bind("event", RunMessages.event(run).toByteArray())
                .execute();
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
        return runs("select run from trainer.run where run_id = :id", Map.of("id", id.value()))
                .findFirst();
    }

    @Override
    public List<Run.Open> open() {
        String sql = "select run from trainer.run where not finished order by created_at, run_id";
        return runs(sql, Map.of()).map(Run.Open.class::cast).toList();
    }

    @Override
    public List<Run> list(int limit, Optional<RunId> after) {
        String sql =
                """
                select run from trainer.run
                where :after = '' or (created_at, run_id) <
                  (select created_at, run_id from trainer.run where run_id = :after)
                order by created_at desc, run_id desc
                limit :limit
                """;
        String last = after.map(RunId::value).orElse("");
        return runs(sql, Map.of("after", last, "limit", limit)).toList();
    }

    @Override
    public Optional<Run.Finished> lastFinished() {
        String sql = "select run from trainer.run where finished order by changed_at desc limit 1";
        return runs(sql, Map.of()).map(Run.Finished.class::cast).findFirst();
    }

    @Override
    public long lastUsedPosition() {
        String sql = "select coalesce(max(used_position), 0) from trainer.run";
        return reach(h -> h.createQuery(sql).mapTo(Long.class).one());
    }

    @Override
    public List<Entry> oldest(int limit) {
        String sql =
                "select sequence, run_id, event from trainer.outbox order by sequence limit :limit";
        return reach(h ->
                h.createQuery(sql).bind("limit", limit).map((row, context) -> entry(row)).list());
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(row.getLong(1), row.getString(2), row.getBytes(3));
    }

    @Override
    public void removeUpTo(long sequence) {
        String sql = "delete from trainer.outbox where sequence <= :sequence";
        reach(h -> h.createUpdate(sql).bind("sequence", sequence).execute());
    }

    private Stream<Run> runs(String sql, Map<String, ?> values) {
        List<String> found =
                reach(h -> h.createQuery(sql).bindMap(values).mapTo(String.class).list());
        return found.stream().map(JdbcRunStore::run);
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

    private <T> T reach(HandleCallback<T, RuntimeException> access) {
        try {
            return jdbi.withHandle(access);
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
