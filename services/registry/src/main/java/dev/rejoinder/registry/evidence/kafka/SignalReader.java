package dev.rejoinder.registry.evidence.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rejoinder.kernel.kafka.EventHandler;
import dev.rejoinder.proto.signals.v1.Signal;
import dev.rejoinder.proto.signals.v1.SignalDetected;
import dev.rejoinder.proto.signals.v1.SignalEvent;
import dev.rejoinder.proto.signals.v1.Verdict;
import dev.rejoinder.registry.evidence.Observation;
import dev.rejoinder.registry.evidence.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads confident signals; those that are not sure of anything are no evidence. */
public final class SignalReader implements EventHandler {
    private final Consumer<List<Observation>> observer;

    public SignalReader(Consumer<List<Observation>> observer) {
        this.observer = observer;
    }

    /** Publishes nothing: a change of the rollout goes out by way of the database. */
    @Override
    public List<Output> handle(List<ConsumerRecord<String, byte[]>> batch) {
        observer.accept(batch.stream().map(SignalReader::read).flatMap(Optional::stream).toList());
        return List.of();
    }

    private static Optional<Observation> read(ConsumerRecord<String, byte[]> record) {
        SignalEvent event = parse(record.value());
        return switch (event.getEventCase()) {
            case DETECTED ->
                    outcome(event.getDetected().getSignal())
                            .map(outcome -> observation(event, outcome, record));
            // Written by a newer detector than this reader knows: not evidence, not a fault.
            case EVENT_NOT_SET -> Optional.empty();
        };
    }

    private static Observation observation(
            SignalEvent event, Outcome outcome, ConsumerRecord<String, byte[]> record) {
        SignalDetected detected = event.getDetected();
        String model = detected.getVersion().getModelId();
        String version = detected.getVersion().getVersion();
        if (event.getEventId().isEmpty() || model.isEmpty() || version.isEmpty())
            throw new IllegalArgumentException(
                    "a signal needs event_id, version.model_id and version.version");
        Instant at =
                detected.hasDetectedAt()
                        ? Instant.ofEpochSecond(
                                detected.getDetectedAt().getSeconds(),
                                detected.getDetectedAt().getNanos())
                        : Instant.ofEpochMilli(record.timestamp());
        return new Observation(event.getEventId(), model, version, outcome, at);
    }

    /** Dissatisfied wins over satisfied: thanks and a complaint in one message is a complaint. */
    static Optional<Outcome> outcome(Signal signal) {
        if (signal.getDsatVerdict() == Verdict.VERDICT_YES) return Optional.of(Outcome.DSAT);
        if (signal.getSatVerdict() == Verdict.VERDICT_YES) return Optional.of(Outcome.SAT);
        if (signal.getDsatVerdict() == Verdict.VERDICT_NO) return Optional.of(Outcome.NEITHER);
        return Optional.empty();
    }

    private static SignalEvent parse(byte[] value) {
        try {
            return SignalEvent.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a SignalEvent", e);
        }
    }
}
