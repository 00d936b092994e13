package dev.rejoinder.signals.join.jdbc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rejoinder.proto.inference.v1.TurnRecorded;
import dev.rejoinder.signals.join.Turn;
import dev.rejoinder.signals.join.TurnStore;
import dev.rejoinder.signals.proto.ProtoTurns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Turns in {@code signals.turn}. */
public final class PostgresTurnStore implements TurnStore {
    private static final String KEEP =
            """
            insert into signals.turn (turn_id, history_chain, reply_chain, answered_at, body)
            values (:id, :history, :reply, :answered, :body)
            on conflict (turn_id) do update set
                history_chain = excluded.history_chain,
                reply_chain = excluded.reply_chain,
                answered_at = excluded.answered_at,
                body = excluded.body
            """;
    private static final String TRIM =
            """
            delete from signals.turn
            where answered_at < :oldest
               or turn_id in (
                   select turn_id from signals.turn order by answered_at desc, turn_id offset :most)
            """;

    private final Jdbi jdbi;

    /**
     * @param jdbi a database whose schema {@code signals} is up to date
     */
    public PostgresTurnStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public void keep(Collection<Turn> turns) {
        if (turns.isEmpty()) return;
        jdbi.useTransaction(handle -> keep(handle, turns));
    }

    private static void keep(Handle handle, Collection<Turn> turns) {
        PreparedBatch batch = handle.prepareBatch(KEEP);
        for (Turn t : turns)
            batch.bind("id", t.turnId())
                    .bind("history", t.historyChain())
                    .bind("reply", t.replyChain())
                    .bind("answered", t.answeredAt().atOffset(ZoneOffset.UTC))
                    .bind("body", ProtoTurns.body(t).toByteArray())
                    .add();
        batch.execute();
    }

    @Override
    public void erase(Collection<String> turnIds) {
        if (turnIds.isEmpty()) return;
        jdbi.useHandle(handle ->
                handle.createUpdate("delete from signals.turn where turn_id = any(:ids)")
                        .bindArray("ids", String.class, List.copyOf(turnIds))
                        .execute());
    }

    @Override
    public List<Turn> endingIn(Collection<String> replyChains) {
        return where("reply_chain", replyChains);
    }

    @Override
    public List<Turn> following(Collection<String> historyChains) {
        return where("history_chain", historyChains);
    }

    private List<Turn> where(String column, Collection<String> chains) {
        if (chains.isEmpty()) return List.of();
        String query =
                "select body from signals.turn where "
                        + column
                        + " = any(:chains) order by answered_at, turn_id";
        return jdbi.withHandle(handle ->
                handle.createQuery(query)
                        .bindArray("chains", String.class, List.copyOf(chains))
                        .map((row, context) -> turn(row))
                        .list());
    }

    @Override
    public int trim(Instant oldest, int most) {
        return jdbi.withHandle(handle ->
                handle.createUpdate(TRIM)
                        .bind("oldest", oldest.atOffset(ZoneOffset.UTC))
                        .bind("most", most)
                        .execute());
    }

    private static Turn turn(ResultSet row) throws SQLException {
        try {
            return ProtoTurns.turn(TurnRecorded.parseFrom(row.getBytes("body")));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("signals.turn holds a body nobody wrote", e);
        }
    }
}
