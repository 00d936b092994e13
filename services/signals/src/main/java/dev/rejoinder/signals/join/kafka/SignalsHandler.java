package dev.rejoinder.signals.join.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rejoinder.kernel.kafka.EventHandler;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.inference.v1.TurnEvent;
import dev.rejoinder.proto.signals.v1.SignalEvent;
import dev.rejoinder.signals.SignalsMetrics;
import dev.rejoinder.signals.detect.Detector;
import dev.rejoinder.signals.detect.Reading;
import dev.rejoinder.signals.join.FollowedTurn;
import dev.rejoinder.signals.join.Joiner;
import dev.rejoinder.signals.join.Turn;
import dev.rejoinder.signals.join.TurnStore;
import dev.rejoinder.signals.proto.ProtoSignals;
import dev.rejoinder.signals.proto.ProtoTurns;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a batch of turns, joins what can be joined, lets the detector read all follow-ups of the
 * batch at once, and publishes one signal for each. On one thread.
 */
public final class SignalsHandler implements EventHandler {
    private static final Duration TRIM_EVERY = Duration.ofMinutes(1);

    /**
     * How much is kept.
     *
     * @param retention turns answered longer ago are forgotten
     * @param mostTurns turns that are kept
     */
    public record Bounds(Duration retention, int mostTurns) {}

    private final Supplier<TurnStore> opener;
    private final Detector detector;
    private final Bounds bounds;
    private final SignalsMetrics metrics;
    private final Clock clock;
    private @Nullable TurnStore store;
    private Instant nextTrim = Instant.MIN;

    /**
     * @param opener opens the store on first use, and again after it failed: the database may come
     *     later than the service
     */
    public SignalsHandler(
            Supplier<TurnStore> opener,
            Detector detector,
            Bounds bounds,
            SignalsMetrics metrics,
            Clock clock) {
        this.opener = opener;
        this.detector = detector;
        this.bounds = bounds;
        this.metrics = metrics;
        this.clock = clock;
    }

    private record Batch(Map<String, Turn> turns, Set<String> erased) {}

    @Override
    public List<Output> handle(List<ConsumerRecord<String, byte[]>> records) {
        Batch batch = parse(records);
        TurnStore open = store();
        Joiner.Joined joined = new Joiner(open).take(batch.turns().values(), batch.erased());
        metrics.joined(joined);
        trim(open);
        return signals(joined.joined());
    }

    private List<Output> signals(List<FollowedTurn> joined) {
        if (joined.isEmpty()) return List.of();
        List<Reading> readings =
                metrics.timed(
                        () -> detector.read(joined.stream().map(FollowedTurn::exchange).toList()));
        List<Output> outputs = new ArrayList<>();
        for (int i = 0; i < joined.size(); i++) {
            metrics.read(readings.get(i));
            SignalEvent event = ProtoSignals.event(joined.get(i), readings.get(i));
            outputs.add(
                    new Output(
                            EventTopic.SIGNALS.topic(),
                            event.getDetected().getConversationId(),
                            event.toByteArray()));
        }
        return outputs;
    }

    /** The last word on a turn counts: recorded and then erased is erased. */
    private static Batch parse(List<ConsumerRecord<String, byte[]>> records) {
        Map<String, Turn> turns = new LinkedHashMap<>();
        Set<String> erased = new LinkedHashSet<>();
        for (ConsumerRecord<String, byte[]> record : records) {
            TurnEvent event = event(record);
            switch (event.getEventCase()) {
                case RECORDED -> {
                    Turn turn = ProtoTurns.turn(event.getRecorded());
                    turns.put(turn.turnId(), turn);
                    erased.remove(turn.turnId());
                }
                case ERASED -> {
                    turns.remove(event.getErased().getTurnId());
                    erased.add(event.getErased().getTurnId());
                }
                case EVENT_NOT_SET ->
                        throw new IllegalArgumentException(
                                "event " + event.getEventId() + " says nothing this version knows");
            }
        }
        return new Batch(turns, erased);
    }

    private static TurnEvent event(ConsumerRecord<String, byte[]> record) {
        try {
            return TurnEvent.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("the record is no TurnEvent", e);
        }
    }

    private TurnStore store() {
        TurnStore open = store == null ? opener.get() : store;
        store = open;
        return open;
    }

    private void trim(TurnStore open) {
        Instant now = clock.instant();
        if (now.isBefore(nextTrim)) return;
        nextTrim = now.plus(TRIM_EVERY);
        open.trim(now.minus(bounds.retention()), bounds.mostTurns());
    }
}
