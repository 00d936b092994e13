package dev.rejoinder.preferences;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rejoinder.kernel.kafka.EventLoop;
import dev.rejoinder.preferences.mining.jdbc.PairShelf;
import dev.rejoinder.preferences.mining.kafka.MiningMetrics;
import dev.rejoinder.preferences.mining.kafka.SignalHandler;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.preferences.v1.PairEvent;
import dev.rejoinder.proto.signals.v1.SignalEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the topic of signals to the topic of pairs, through a real broker. */
class PipelineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static Parts parts;
    private static EventLoop loop;
    private static Producer<String, byte[]> signals;
    private static final SimpleMeterRegistry METERS = new SimpleMeterRegistry();

    @BeforeAll
    static void start(@TempDir Path folder) {
        parts = Parts.start(folder);
        parts.topics.ensure(List.of(EventTopic.SIGNALS, EventTopic.PAIRS));
        signals = parts.clients.producer();
        loop = loop("preferences");
    }

    private static EventLoop loop(String group) {
        return EventLoop.start(
                parts.clients,
                parts.topics,
                new EventLoop.Subscription(
                        group, List.of(EventTopic.SIGNALS), List.of(EventTopic.PAIRS), 8),
                new SignalHandler(parts.miner(Parts.RULES), new MiningMetrics(METERS)));
    }

    @AfterAll
    static void stop() {
        loop.close();
        signals.close();
        parts.close();
    }

    private static void publish(SignalEvent event) {
        publish(event.getDetected().getConversationId(), event.toByteArray());
    }

    private static void publish(String key, byte[] value) {
        signals.send(new ProducerRecord<>(EventTopic.SIGNALS.topic(), key, value));
        signals.flush();
    }

    private static List<ConsumerRecord<String, byte[]>> all(String topic) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (Consumer<String, byte[]> consumer = parts.clients.freeConsumer()) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(topic, p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p)))
                consumer.poll(Duration.ofMillis(50)).forEach(records::add);
        }
        return records;
    }

    private static List<PairEvent> pairEventsOf(String conversation) {
        List<PairEvent> events = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : all(EventTopic.PAIRS.topic()))
            try {
                PairEvent event = PairEvent.parseFrom(record.value());
                if (event.toString().contains("signal-" + conversation + "-")) events.add(event);
            } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        return events;
    }

    private static long minedFor(String conversation) {
        return new PairShelf(parts.jdbi)
                .after(0, 1000).stream()
                        .filter(placed ->
                                placed.pair()
                                        .getSignalIdsList()
                                        .contains("signal-" + conversation + "-1"))
                        .count();
    }

    @Test
    void signalsBecomePairsOnTheTopicKeyedByPairId() {
        publish(Signals.complaint("Cadiz"));
        publish(Signals.satisfaction("Cadiz"));

        await().atMost(PATIENCE).until(() -> minedFor("Cadiz") == 3);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(pairEventsOf("Cadiz"))
                                .filteredOn(PairEvent::hasMined)
                                .hasSize(3));
        assertThat(all(EventTopic.PAIRS.topic()))
                .extracting(ConsumerRecord::key)
                .contains(
                        pairEventsOf("Cadiz").stream()
                                .filter(PairEvent::hasMined)
                                .findFirst()
                                .orElseThrow()
                                .getMined()
                                .getPairId());
        assertThat(METERS.counter("rejoinder.pairs", "origin", "natural_retry").count())
                .isPositive();
    }

    @Test
    void readingTheTopicAgainFromTheStartAddsNoPairAndTellsTheSameEvents() {
        publish(Signals.complaint("Cork"));
        await().atMost(PATIENCE).until(() -> pairEventsOf("Cork").size() >= 2);
        List<PairEvent> before = pairEventsOf("Cork").stream().distinct().toList();

        try (EventLoop replay = loop("preferences-replay")) {
            await().atMost(PATIENCE)
                    .until(() ->
                            replay.isConnected()
                                    && pairEventsOf("Cork").size() >= 2 * before.size());
        }

        assertThat(pairEventsOf("Cork")).hasSize(2 * before.size());
        assertThat(pairEventsOf("Cork").stream().distinct())
                .containsExactlyInAnyOrderElementsOf(before);
        assertThat(minedFor("Cork")).isEqualTo(2);
    }

    @Test
    void neighboursThatAreAwayForAWhileCostNoSignal() {
        parts.inference.away.set(1);
        parts.reward.away.set(1);

        publish(Signals.complaint("Calais"));

        await().atMost(PATIENCE).until(() -> minedFor("Calais") == 2);
        assertThat(parts.inference.away).hasValue(0);
        assertThat(parts.reward.away).hasValue(0);
    }

    @Test
    void aRecordThatIsNoSignalGoesToTheDeadLettersAndTheRestGoesOn() {
        publish("Crete", "no protobuf".getBytes(StandardCharsets.UTF_8));
        publish("Crete", SignalEvent.newBuilder().setEventId("says nothing").build().toByteArray());
        publish(Signals.complaint("Crete"));

        await().atMost(PATIENCE).until(() -> minedFor("Crete") == 2);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(all(EventTopic.SIGNALS.deadLetterTopic()))
                                .filteredOn(record -> "Crete".equals(record.key()))
                                .hasSize(2));
    }
}
