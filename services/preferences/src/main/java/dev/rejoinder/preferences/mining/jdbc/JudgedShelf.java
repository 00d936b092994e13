package dev.rejoinder.preferences.mining.jdbc;

import dev.rejoinder.proto.preferences.v1.JudgedReply;
import dev.rejoinder.proto.preferences.v1.Judgement;
import dev.rejoinder.proto.signals.v1.SignalDetected;
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
     *
     * @param most signals looked at
     */
    public List<JudgedReply> newest(int most) {
        return jdbi.withHandle(handle ->
                handle.createQuery(
                                """
                                select payload, satisfied from (
                                    select distinct on (turn_id) event_id, payload, satisfied, seen_at from (
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
                                        JdbcLedger.signal(row.getBytes("payload")),
                                        row.getBoolean("satisfied")))
                        .list());
    }

    private static JudgedReply reply(SignalDetected signal, boolean satisfied) {
        return JudgedReply.newBuilder()
                .setTurnId(signal.getTurnId())
                .addAllPrompt(signal.getPromptList())
                .setReply(signal.getReply())
                .setJudgement(
                        satisfied
                                ? Judgement.JUDGEMENT_SATISFIED
                                : Judgement.JUDGEMENT_DISSATISFIED)
                .setUserHash(signal.getUserHash())
                .build();
    }
}
