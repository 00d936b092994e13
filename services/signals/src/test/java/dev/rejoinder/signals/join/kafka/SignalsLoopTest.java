package dev.rejoinder.signals.join.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.jdbc.Schema;
import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.EventLoop;
import dev.rejoinder.kernel.kafka.KafkaSettings;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.inference.v1.TurnErased;
import dev.rejoinder.proto.inference.v1.TurnEvent;
import dev.rejoinder.proto.signals.v1.SignalDetected;
import dev.rejoinder.proto.signals.v1.SignalEvent;
import dev.rejoinder.proto.signals.v1.Verdict;
import dev.rejoinder.signals.SignalsMetrics;
import dev.rejoinder.signals.detect.Detector;
import dev.rejoinder.signals.detect.Exchange;
import dev.rejoinder.signals.detect.Reading;
import dev.rejoinder.signals.detect.RuleDetector;
import dev.rejoinder.signals.join.Conversation;
import dev.rejoinder.signals.join.Turn;
import dev.rejoinder.signals.join.jdbc.PostgresTurnStore;
import dev.rejoinder.signals.proto.ProtoTurns;
import dev.rejoinder.testkit.kafka.EmbeddedKafka;
import dev.rejoinder.testkit.postgres.PostgresServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** Turns through a real broker and a real database. */
class SignalsLoopTest {
    private static EmbeddedKafka kafka;
    private static PostgresServer postgres;
    private static Jdbi jdbi;
    private static Clients clients;
    private static Topics topics;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SignalsMetrics metrics = new SignalsMetrics(registry);
    private final String group = "signals-" + UUID.randomUUID();
    private final List<SignalEvent> published = new ArrayList<>();
    private Consumer<String, byte[]> signals;
    private Producer<String, byte[]> turns;

    @BeforeAll
    static void startServers(@TempDir Path folder) {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        postgres = PostgresServer.temporary();
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(postgres.jdbcUrl());
        jdbi = Schema.open(source, "signals");
        KafkaSettings settings = new OneBroker(kafka.bootstrapServers());
        clients = new Clients(settings);
        topics = new Topics(settings);
        topics.ensure(List.of(EventTopic.TURNS, EventTopic.SIGNALS));
    }

    @AfterAll
    static void stopServers() {
        postgres.close();
        kafka.close();
    }

    private record OneBroker(String bootstrapServers) implements KafkaSettings {
        @Override
        public int partitions() {
            return 2;
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

    @BeforeEach
    void openClients() {
        signals = clients.consumer("test-" + UUID.randomUUID(), 100);
        signals.subscribe(List.of(EventTopic.SIGNALS.topic()));
        turns = clients.producer();
    }

    @AfterEach
    void closeClients() {
        signals.close();
        turns.close();
    }

    private EventLoop start(Detector detector) {
        SignalsHandler handler =
                new SignalsHandler(
                        () -> new PostgresTurnStore(jdbi),
                        detector,
                        new SignalsHandler.Bounds(Duration.ofDays(36_500), 1000),
                        metrics,
                        Clock.systemUTC());
        return EventLoop.start(
                clients,
                topics,
                new EventLoop.Subscription(
                        group, List.of(EventTopic.TURNS), List.of(EventTopic.SIGNALS), 64),
                handler);
    }

    /** Every test's users are its own: all tests share the topics. */
    private static Conversation chat() {
        return new Conversation(UUID.randomUUID().toString(), UUID.randomUUID().toString());
    }

    private void record(Turn turn) {
        send(
                turn.conversationId(),
                TurnEvent.newBuilder()
                        .setEventId(turn.turnId())
                        .setRecorded(ProtoTurns.body(turn))
                        .build());
    }

    private void send(String conversation, TurnEvent event) {
        turns.send(
                new ProducerRecord<>(EventTopic.TURNS.topic(), conversation, event.toByteArray()));
        turns.flush();
    }

    private List<SignalDetected> signalsOf(String conversation) {
        signals.poll(Duration.ofMillis(50))
                .forEach(r -> {
                    try {
                        published.add(SignalEvent.parseFrom(r.value()));
                    } catch (InvalidProtocolBufferException e) {
                        throw new AssertionError("not a SignalEvent", e);
                    }
                });
        return published.stream()
                .map(SignalEvent::getDetected)
                .filter(d -> d.getConversationId().equals(conversation))
                .toList();
    }

    @Test
    void aComplaintBecomesASignalAboutTheReplyBeforeIt() {
        Conversation chat = chat();
        Turn first = chat.turn("Where do storks sleep?", "Storks are big white birds.");
        Turn second = chat.turn("You did not answer that.", "On one leg.");

        try (EventLoop loop = start(new RuleDetector())) {
            record(first);
            record(second);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> signalsOf(first.conversationId()).size() == 1);
        }

        SignalDetected signal = signalsOf(first.conversationId()).getFirst();
        assertThat(signal.getTurnId()).isEqualTo(first.turnId());
        assertThat(signal.getFollowUpTurnId()).isEqualTo(second.turnId());
        assertThat(signal.getPromptList()).hasSize(1);
        assertThat(signal.getReply()).isEqualTo("Storks are big white birds.");
        assertThat(signal.getFollowUp()).isEqualTo("You did not answer that.");
        assertThat(signal.getNextReply()).isEqualTo("On one leg.");
        assertThat(signal.getVersion().getVersion()).isEqualTo("v0");
        assertThat(signal.getTrainingConsent()).isTrue();
        assertThat(signal.getSignal().getDsatVerdict()).isEqualTo(Verdict.VERDICT_YES);
        assertThat(registry.counter("rejoinder.signals", "kind", "dsat", "verdict", "yes").count())
                .isEqualTo(1);
    }

    @Test
    void aFollowUpThatArrivesBeforeItsReplyIsJoinedOnceTheReplyComes() {
        Conversation chat = chat();
        Turn first = chat.turn("Name a bird.", "Stork.");
        Turn second = chat.turn("Thanks!", "You are welcome.");

        try (EventLoop loop = start(new RuleDetector())) {
            record(second);
            await().atMost(Duration.ofSeconds(30)).until(() -> kept(second.turnId()));
            assertThat(signalsOf(first.conversationId())).isEmpty();
            record(first);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> signalsOf(first.conversationId()).size() == 1);
        }

        assertThat(signalsOf(first.conversationId()).getFirst().getSignal().getSatVerdict())
                .isEqualTo(Verdict.VERDICT_YES);
    }

    @Test
    void aDetectorThatDiesInTheMiddleLosesNothingAndTheSameIdComesAgain() {
        Conversation chat = chat();
        Turn first = chat.turn("Name a bird.", "Stork.");
        Turn second = chat.turn("Another.", "Heron.");
        Stumbling detector = new Stumbling();

        try (EventLoop loop = start(detector)) {
            record(first);
            record(second);
            record(second);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !signalsOf(first.conversationId()).isEmpty());
        }
        try (EventLoop replay = start(new RuleDetector())) {
            record(first);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> signalsOf(first.conversationId()).size() >= 2);
        }

        assertThat(detector.attempts.get()).isGreaterThan(1);
        assertThat(
                        published.stream()
                                .filter(e ->
                                        e.getDetected()
                                                .getConversationId()
                                                .equals(first.conversationId()))
                                .map(SignalEvent::getEventId)
                                .distinct())
                .hasSize(1);
    }

    /** Away on its first call, like a database or a broker. */
    private static final class Stumbling implements Detector {
        private final AtomicInteger attempts = new AtomicInteger();

        @Override
        public String name() {
            return RuleDetector.NAME;
        }

        @Override
        public List<Reading> read(List<Exchange> exchanges) {
            if (attempts.getAndIncrement() == 0) throw Refusal.unavailable("not yet");
            return new RuleDetector().read(exchanges);
        }
    }

    @Test
    void anErasedTurnIsForgottenAndItsFollowUpSaysNothing() {
        Conversation chat = chat();
        Turn first = chat.turn("Name a bird.", "Stork.");
        Turn second = chat.turn("Thanks!", "You are welcome.");

        try (EventLoop loop = start(new RuleDetector())) {
            record(first);
            await().atMost(Duration.ofSeconds(30)).until(() -> kept(first.turnId()));
            send(
                    first.conversationId(),
                    TurnEvent.newBuilder()
                            .setEventId("erase-" + first.turnId())
                            .setErased(TurnErased.newBuilder().setTurnId(first.turnId()))
                            .build());
            await().atMost(Duration.ofSeconds(30)).until(() -> !kept(first.turnId()));
            record(second);
            await().atMost(Duration.ofSeconds(30)).until(() -> kept(second.turnId()));
        }

        assertThat(signalsOf(first.conversationId())).isEmpty();
    }

    private static boolean kept(String turnId) {
        return jdbi.withHandle(h ->
                h.createQuery("select count(*) from signals.turn where turn_id = :id")
                                .bind("id", turnId)
                                .mapTo(Integer.class)
                                .one()
                        == 1);
    }

    @Test
    void onlyTheNewestTurnsAreKept() {
        PostgresTurnStore store = new PostgresTurnStore(jdbi);
        Conversation chat = chat();
        List<Turn> written = new ArrayList<>();
        for (int i = 0; i < 5; i++) written.add(chat.turn("q" + i, "a" + i));
        store.keep(written);

        store.trim(written.get(3).answeredAt(), 1000);

        List<String> chains = written.stream().map(Turn::replyChain).toList();
        assertThat(store.endingIn(chains)).containsExactlyElementsOf(written.subList(3, 5));
        store.trim(Instant.EPOCH, 0);
        assertThat(store.endingIn(chains)).isEmpty();
    }
}
