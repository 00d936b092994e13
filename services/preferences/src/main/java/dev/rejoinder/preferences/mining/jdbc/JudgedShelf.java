package dev.rejoinder.preferences.mining.jdbc;

import dev.rejoinder.preferences.mining.Judged;
import dev.rejoinder.proto.preferences.v1.JudgedReply;
import dev.rejoinder.proto.preferences.v1.ReplyVerdict;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Reads the judged replies whose users agreed to training. */
public final class JudgedShelf {
    private final Jdbi jdbi;

    public JudgedShelf(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Replies with a verdict, oldest first; of several signals of one turn the newest counts.
     * Thanks and a complaint in one message are a complaint.
     *
     * @param most signals looked at
     */
    public List<JudgedReply> newest(int most) {
        return jdbi.withHandle(handle ->
                handle.createQuery(
                                """
                                select event_id, payload, dissatisfied from (
                                    select distinct on (turn_id) event_id, payload, dissatisfied, seen_at from (
                                        select * from preferences.signals
                                        where payload is not null and (satisfied or dissatisfied)
                                        order by seen_at desc, event_id limit :most
                                    ) as newest
                                    order by turn_id, seen_at desc, event_id
                                ) as one_a_turn
                                order by seen_at, event_id
                                """)
                        .bind("most", most)
                        .map((row, context) ->
                                reply(
                                        new Judged(
                                                row.getString("event_id"),
                                                JdbcLedger.signal(row.getBytes("payload"))),
                                        row.getBoolean("dissatisfied")))
                        .list());
    }

    private static JudgedReply reply(Judged judged, boolean dissatisfied) {
        return JudgedReply.newBuilder()
                .setTurnId(judged.signal().getTurnId())
                .setReply(judged.signal().getReply())
                .setVerdict(
                        dissatisfied
                                ? ReplyVerdict.REPLY_VERDICT_DISSATISFIED
                                : ReplyVerdict.REPLY_VERDICT_SATISFIED)
                .setUserKey(judged.userKey())
                .build();
    }
}
