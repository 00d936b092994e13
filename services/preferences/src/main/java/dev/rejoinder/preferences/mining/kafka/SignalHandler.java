package dev.rejoinder.preferences.mining.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rejoinder.kernel.kafka.EventHandler;
import dev.rejoinder.preferences.mining.Judged;
import dev.rejoinder.preferences.mining.Miner;
import dev.rejoinder.preferences.mining.PairEvents;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.signals.v1.SignalEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Signals in, pairs out. */
public final class SignalHandler implements EventHandler {
    private final Miner miner;
    private final MiningMetrics metrics;

    public SignalHandler(Miner miner, MiningMetrics metrics) {
        this.miner = miner;
        this.metrics = metrics;
    }

    @Override
    public List<Output> handle(List<ConsumerRecord<String, byte[]>> batch) {
        long start = System.nanoTime();
        List<Judged> judged = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : batch) judged.add(read(record));
        Miner.Yield yield = miner.mine(judged);
        metrics.mined(yield, Duration.ofNanos(System.nanoTime() - start));
        return yield.events().stream()
                .map(event ->
                        new Output(
                                EventTopic.PAIRS.topic(),
                                PairEvents.key(event),
                                event.toByteArray()))
                .toList();
    }

    private static Judged read(ConsumerRecord<String, byte[]> record) {
        try {
            return Judged.of(SignalEvent.parseFrom(record.value()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("the record is no signal event", e);
        }
    }
}
