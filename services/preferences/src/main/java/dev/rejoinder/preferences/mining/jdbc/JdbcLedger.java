package dev.rejoinder.preferences.mining.jdbc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rejoinder.preferences.curation.PairId;
import dev.rejoinder.preferences.mining.Curator;
import dev.rejoinder.preferences.mining.Judged;
import dev.rejoinder.preferences.mining.Ledger;
import dev.rejoinder.preferences.mining.Outcome;
import dev.rejoinder.preferences.mining.PairEvents;
import dev.rejoinder.proto.preferences.v1.PairEvent;
import dev.rejoinder.proto.preferences.v1.PairMined;
import dev.rejoinder.proto.preferences.v1.RejectReason;
import dev.rejoinder.proto.signals.v1.SignalDetected;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The ledger in the schema {@code preferences}. */
public final class JdbcLedger implements Ledger {
    /** Taken by whoever gives positions, so that no reader sees one before a smaller one. */
    private static final long POSITIONS_LOCK = 0x7072656673L;

    private final Jdbi jdbi;
    private final Curator curator;
    private final Clock clock;

    public JdbcLedger(Jdbi jdbi, Curator curator, Clock clock) {
        this.jdbi = jdbi;
        this.curator = curator;
        this.clock = clock;
    }

    @Override
    public Map<String, List<PairEvent>> settled(Collection<String> signalIds) {
        if (signalIds.isEmpty()) return Map.of();
        return jdbi.withHandle(handle -> {
            Map<String, List<PairEvent>> caused = new LinkedHashMap<>();
            handle.createQuery(
                            "select event_id from preferences.signals where settled and"
                                    + " event_id in (<ids>)")
                    .bindList("ids", List.copyOf(signalIds))
                    .mapTo(String.class)
                    .forEach(id -> caused.put(id, new ArrayList<>()));
            if (!caused.isEmpty()) addEvents(handle, caused);
            return caused;
        });
    }

    private static void addEvents(Handle handle, Map<String, List<PairEvent>> caused) {
        handle.createQuery(
                        """
                        select cause, payload from (
                            select cause, payload, position from preferences.pairs where cause in (<ids>)
                            union all
                            select cause, payload, null from preferences.rejections where cause in (<ids>)
                        ) as events order by position nulls last
                        """)
                .bindList("ids", List.copyOf(caused.keySet()))
                .map((row, context) ->
                        Map.entry(row.getString("cause"), event(row.getBytes("payload"))))
                .forEach(entry -> caused.get(entry.getKey()).add(entry.getValue()));
    }

    @Override
    public void remember(List<Judged> judged) {
        jdbi.useTransaction(handle -> {
            PreparedBatch batch =
                    handle.prepareBatch(
                            """
                            insert into preferences.signals (event_id, turn_id, follow_up_turn_id,
                                detector, dissatisfied, satisfied, payload, seen_at)
                            values (:id, :turn, :followUpTurn, :detector, :dissatisfied, :satisfied,
                                :payload, :now)
                            on conflict (event_id) do nothing
                            """);
            OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
            for (Judged j : judged) {
                batch.bind("id", j.id())
                        .bind("turn", j.signal().getTurnId())
                        .bind("followUpTurn", j.signal().getFollowUpTurnId())
                        .bind("detector", j.signal().getSignal().getDetector())
                        .bind("dissatisfied", j.complains())
                        .bind("satisfied", j.isSatisfied())
                        .bind("payload", j.consents() ? j.signal().toByteArray() : null)
                        .bind("now", now)
                        .add();
            }
            batch.execute();
        });
    }

    @Override
    public List<Judged> complaintsAnsweredBy(String turnId, String detector) {
        return partners(
                "follow_up_turn_id = :turn and dissatisfied and detector = :detector",
                turnId,
                detector);
    }

    @Override
    public List<Judged> satisfactionsWith(String turnId, String detector) {
        return partners("turn_id = :turn and satisfied and detector = :detector", turnId, detector);
    }

    private List<Judged> partners(String condition, String turnId, String detector) {
        return jdbi.withHandle(handle ->
                handle.createQuery(
                                "select event_id, payload from preferences.signals where "
                                        + condition
                                        + " and payload is not null order by event_id")
                        .bind("turn", turnId)
                        .bind("detector", detector)
                        .map((row, context) ->
                                new Judged(
                                        row.getString("event_id"), signal(row.getBytes("payload"))))
                        .list());
    }

    @Override
    public int pairsOf(String userKey) {
        return jdbi.withHandle(handle -> new JdbcShelf(handle).pairsOf(userKey));
    }

    @Override
    public List<PairEvent> settle(List<Judged> judged, List<Outcome> outcomes) {
        return jdbi.inTransaction(handle -> {
            handle.execute("select pg_advisory_xact_lock(?)", POSITIONS_LOCK);
            List<PairEvent> events = new ArrayList<>();
            for (Outcome outcome : outcomes) events.add(enter(handle, outcome));
            handle.createUpdate(
                            "update preferences.signals set settled = true where event_id"
                                    + " in (<ids>)")
                    .bindList("ids", judged.stream().map(Judged::id).toList())
                    .execute();
            return events;
        });
    }

    private PairEvent enter(Handle handle, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Dropped dropped -> reject(handle, dropped);
            case Outcome.Verified verified -> {
                Optional<RejectReason> objection =
                        curator.objection(verified, new JdbcShelf(handle));
                yield objection.isPresent()
                        ? reject(handle, Outcome.Dropped.of(verified.proposal(), objection.get()))
                        : keep(handle, verified);
            }
        };
    }

    private PairEvent keep(Handle handle, Outcome.Verified verified) {
        PairEvent event = PairEvents.mined(verified, clock.instant());
        PairMined pair = event.getMined();
        handle.createUpdate(
                        """
                        insert into preferences.pairs (pair_id, event_id, cause, origin, user_key,
                            prompt_digest, payload)
                        values (:pair, :event, :cause, :origin, :user, :prompt, :payload)
                        """)
                .bind("pair", pair.getPairId())
                .bind("event", event.getEventId())
                .bind("cause", verified.cause().id())
                .bind("origin", pair.getOrigin().name())
                .bind("user", verified.cause().userKey())
                .bind("prompt", PairId.ofPrompt(pair.getPromptList()))
                .bind("payload", event.toByteArray())
                .execute();
        return event;
    }

    private static PairEvent reject(Handle handle, Outcome.Dropped dropped) {
        PairEvent event = PairEvents.rejected(dropped);
        handle.createUpdate(
                        """
                        insert into preferences.rejections (event_id, cause, reason, payload)
                        values (:event, :cause, :reason, :payload)
                        on conflict (event_id) do nothing
                        """)
                .bind("event", event.getEventId())
                .bind("cause", dropped.cause().id())
                .bind("reason", dropped.reason().name())
                .bind("payload", event.toByteArray())
                .execute();
        return event;
    }

    static PairEvent event(byte[] payload) {
        try {
            return PairEvent.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the ledger holds a pair event that is none", e);
        }
    }

    static SignalDetected signal(byte[] payload) {
        try {
            return SignalDetected.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the ledger holds a signal that is none", e);
        }
    }
}
