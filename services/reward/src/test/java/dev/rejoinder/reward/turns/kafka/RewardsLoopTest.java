package dev.rejoinder.reward.turns.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.EventLoop;
import dev.rejoinder.kernel.kafka.KafkaSettings;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.inference.v1.TurnErased;
import dev.rejoinder.proto.inference.v1.TurnEvent;
import dev.rejoinder.proto.inference.v1.TurnRecorded;
import dev.rejoinder.proto.reward.v1.ReplyScored;
import dev.rejoinder.proto.reward.v1.RewardEvent;
import dev.rejoinder.reward.RewardMetrics;
import dev.rejoinder.reward.flr.FlrScorer;
import dev.rejoinder.reward.flr.Models;
import dev.rejoinder.reward.turns.Share;
import dev.rejoinder.testkit.kafka.EmbeddedKafka;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardsLoopTest {
    private static LanguageModel model;
    private static FlrScorer scorer;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @BeforeAll
    static void load(@TempDir Path folder) throws IOException {
        model = Models.tiny(folder);
        scorer = new FlrScorer(model);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private RewardsHandler handler(double share) {
        return new RewardsHandler(
                scorer, new Share(share), new RewardMetrics(registry), Clock.systemUTC());
    }

    private static TurnEvent turn(String id, String reply) {
        return TurnEvent.newBuilder()
                .setEventId(id)
                .setRecorded(
                        TurnRecorded.newBuilder()
                                .setTurnId(id)
                                .setConversationId("c")
                                .addMessages(
                                        Message.newBuilder()
                                                .setRole(Role.ROLE_USER)
                                                .setContent("hi"))
                                .setReply(reply)
                                .setVersion(ModelVersion.newBuilder().setVersion("v1-abc")))
                .build();
    }

    private static TurnEvent erased(String id) {
        return TurnEvent.newBuilder().setErased(TurnErased.newBuilder().setTurnId(id)).build();
    }

    private static List<ConsumerRecord<String, byte[]>> batch(TurnEvent... events) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        for (TurnEvent e : events)
            records.add(
                    new ConsumerRecord<>(
                            EventTopic.TURNS.topic(), 0, records.size(), "c", e.toByteArray()));
        return records;
    }

    private static RewardEvent event(byte[] bytes) {
        try {
            return RewardEvent.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("not a RewardEvent", e);
        }
    }

    private double counted(String outcome) {
        return registry.counter("rejoinder.rewards", "outcome", outcome).count();
    }

    @Test
    void aReplayedTurnGetsTheSameEventIdAndReward() {
        RewardEvent once = event(handler(1).handle(batch(turn("t", "ok"))).getFirst().value());
        RewardEvent again = event(handler(1).handle(batch(turn("t", "ok"))).getFirst().value());

        assertThat(again.getEventId()).isEqualTo(once.getEventId());
        assertThat(again.getScored().getReward()).isEqualTo(once.getScored().getReward());
        assertThat(once.getScored().getVersion().getVersion()).isEqualTo("v1-abc");
    }

    @Test
    void emptyErasedDoubledAndEndlessRepliesCostNothing() {
        var outputs =
                handler(1)
                        .handle(
                                batch(
                                        turn("empty", " "),
                                        turn("gone", "x"),
                                        turn("long", "z".repeat(600)),
                                        turn("twice", "y"),
                                        turn("twice", "y"),
                                        erased("gone")));

        assertThat(outputs).hasSize(1);
        assertThat(event(outputs.getFirst().value()).getScored().getTurnId()).isEqualTo("twice");
        assertThat(counted("empty")).isEqualTo(1);
        assertThat(counted("too_long")).isEqualTo(1);
        assertThat(counted("scored")).isEqualTo(1);
    }

    @Test
    void onlyTheConfiguredShareIsScored() {
        assertThat(handler(0).handle(batch(turn("a", "x"), turn("b", "y")))).isEmpty();
        assertThat(counted("left_out")).isEqualTo(2);
    }

    private record OneBroker(String bootstrapServers) implements KafkaSettings {
        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public short replication() {
            return 1;
        }

        @Override
        public Duration retention() {
            return Duration.ofDays(1);
        }
    }

    @Test
    void aRecordedTurnBecomesARewardOnARealBroker(@TempDir Path folder) {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
            KafkaSettings settings = new OneBroker(kafka.bootstrapServers());
            Clients clients = new Clients(settings);
            EventLoop.Subscription subscription =
                    new EventLoop.Subscription(
                            "reward", List.of(EventTopic.TURNS), List.of(EventTopic.REWARDS), 16);
            Topics topics = new Topics(settings);
            topics.ensure(List.of(EventTopic.TURNS, EventTopic.REWARDS));
            try (EventLoop loop = EventLoop.start(clients, topics, subscription, handler(1));
                    Producer<String, byte[]> turns = clients.producer();
                    Consumer<String, byte[]> rewards = clients.consumer("test", 10)) {
                rewards.subscribe(List.of(EventTopic.REWARDS.topic()));
                turns.send(
                        new ProducerRecord<>(
                                EventTopic.TURNS.topic(), "c", turn("t1", "hello").toByteArray()));
                List<ReplyScored> scored = new ArrayList<>();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> {
                            rewards.poll(Duration.ofMillis(50))
                                    .forEach(r -> scored.add(event(r.value()).getScored()));
                            return !scored.isEmpty();
                        });

                assertThat(scored).hasSize(1);
                assertThat(scored.getFirst().getTurnId()).isEqualTo("t1");
                assertThat(scored.getFirst().getReward().getDimensionsList()).hasSize(6);
            }
        }
    }
}
