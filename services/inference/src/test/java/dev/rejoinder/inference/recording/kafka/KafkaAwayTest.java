package dev.rejoinder.inference.recording.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rejoinder.inference.LetterGenerator;
import dev.rejoinder.inference.chat.ChatDefaults;
import dev.rejoinder.inference.chat.ChatRequest;
import dev.rejoinder.inference.chat.ChatService;
import dev.rejoinder.inference.chat.Reply;
import dev.rejoinder.inference.chat.ReplyListener;
import dev.rejoinder.inference.chat.TinyEngine;
import dev.rejoinder.inference.metrics.InferenceMetrics;
import dev.rejoinder.inference.recording.Spool;
import dev.rejoinder.inference.recording.SpooledTurns;
import dev.rejoinder.inference.routing.VersionRouter;
import dev.rejoinder.inference.schedule.QueueLimits;
import dev.rejoinder.inference.schedule.Scheduler;
import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.inference.v1.TurnEvent;
import dev.rejoinder.testkit.kafka.EmbeddedKafka;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chats, their turns and a Kafka that is not there, put together as a node does. */
class KafkaAwayTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int CHATS = 20;

    @TempDir Path folder;

    private final List<String> answered = new ArrayList<>();

    @Test
    void chatsGoOnWithoutKafkaAndEveryAnsweredTurnReachesItOnceItComes() throws Exception {
        int port;
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
            port = kafka.port();
        }
        KafkaAt settings = new KafkaAt("127.0.0.1:" + port);
        Clients clients = new Clients(settings);

        // A process that never sees Kafka, and a second one on the same folder that does.
        answerWithoutKafka(0, CHATS / 2);
        try (Spool spool = Spool.open(folder.resolve("spool"), 1 << 30);
                Shipper shipper =
                        Shipper.start(spool, clients, new Topics(settings), shipped -> {})) {
            chat(spool, CHATS / 2, CHATS);
            assertThat(spool.pendingEntries()).isEqualTo(CHATS);
            try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), port)) {
                await().atMost(LONG).until(() -> spool.pendingEntries() == 0);
                assertThat(completions(clients)).containsExactlyInAnyOrderElementsOf(answered);
            }
            assertThat(shipper.isKafkaAway()).isFalse();
        }
    }

    private void answerWithoutKafka(int from, int to) throws Exception {
        try (Spool spool = Spool.open(folder.resolve("spool"), 1 << 30)) {
            chat(spool, from, to);
        }
    }

    private void chat(Spool spool, int from, int to) throws Exception {
        InferenceMetrics metrics = new InferenceMetrics(new SimpleMeterRegistry());
        try (LanguageModel model = TinyEngine.load(folder);
                Scheduler scheduler =
                        new Scheduler(
                                () -> LetterGenerator.free(4),
                                QueueLimits.of(4),
                                System::nanoTime,
                                waited -> {})) {
            ChatService chats =
                    new ChatService(
                            model,
                            new VersionRouter(model, metrics),
                            new ChatDefaults(1, 1, 8),
                            () -> 0,
                            scheduler,
                            new SpooledTurns(spool, Clock.systemUTC()),
                            metrics);
            for (int i = from; i < to; i++) chats.answer(request("question " + i), new Noting());
        }
    }

    private static ChatRequest request(String question) {
        return new ChatRequest(
                "",
                List.of(ChatMessage.user(question)),
                new ChatRequest.Wish(ChatRequest.Draw.DEFAULT, null, null, List.of(), false, 0),
                1,
                new ChatRequest.Author("", "", "", true, Map.of()),
                true);
    }

    private final class Noting implements ReplyListener {
        @Override
        public void begun(Begun chat) {
            answered.add(chat.completionId());
        }

        @Override
        public void token(int index, GeneratedToken token) {}

        @Override
        public void finished(Reply reply, String rest) {}
    }

    private static Set<String> completions(Clients clients) {
        Set<String> found = new TreeSet<>();
        try (Consumer<String, byte[]> consumer = clients.freeConsumer()) {
            TopicPartition turns = new TopicPartition(EventTopic.TURNS.topic(), 0);
            consumer.assign(List.of(turns));
            consumer.seekToBeginning(List.of(turns));
            await().atMost(LONG)
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(100))
                                .forEach(r -> found.add(completion(r.value())));
                        return found.size() >= CHATS;
                    });
        }
        return found;
    }

    private static String completion(byte[] event) {
        try {
            return TurnEvent.parseFrom(event).getRecorded().getCompletionId();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
