package dev.rejoinder.inference.recording.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rejoinder.inference.recording.Spool;
import dev.rejoinder.inference.recording.SpoolEntry;
import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.testkit.kafka.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShipperTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final int HUGE = Clients.LARGEST_VALUE_BYTES + (1 << 20);

    @TempDir Path folder;

    private static void append(Spool spool, int from, int to) {
        IntStream.range(from, to)
                .forEach(i -> spool.append(new SpoolEntry("c", ("turn-" + i).getBytes())).join());
    }

    private static List<String> shipped(Clients clients, int count) {
        List<String> values = new ArrayList<>();
        try (Consumer<String, byte[]> consumer = clients.freeConsumer()) {
            TopicPartition turns = new TopicPartition(EventTopic.TURNS.topic(), 0);
            consumer.assign(List.of(turns));
            consumer.seekToBeginning(List.of(turns));
            await().atMost(LONG)
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(100))
                                .forEach(r -> values.add(new String(r.value())));
                        return values.size() >= count;
                    });
        }
        return values;
    }

    private static List<String> turns(int to) {
        return IntStream.range(0, to).mapToObj(i -> "turn-" + i).toList();
    }

    @Test
    void nothingIsLostWhileKafkaIsAwayAtStartOrLater() {
        int port;
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
            port = kafka.port();
        }
        KafkaAt settings = new KafkaAt("127.0.0.1:" + port);
        Clients clients = new Clients(settings);
        AtomicInteger count = new AtomicInteger();
        try (Spool spool = Spool.open(folder.resolve("spool"), 1 << 30);
                Shipper shipper =
                        Shipper.start(spool, clients, new Topics(settings), count::addAndGet)) {
            append(spool, 0, 10);
            assertThat(spool.pendingEntries()).isEqualTo(10);

            try (EmbeddedKafka back = EmbeddedKafka.start(folder.resolve("kafka"), port)) {
                assertThat(shipped(clients, 10)).isEqualTo(turns(10));
                await().atMost(LONG).until(() -> spool.pendingEntries() == 0);
            }
            append(spool, 10, 25);

            try (EmbeddedKafka again = EmbeddedKafka.start(folder.resolve("kafka"), port)) {
                List<String> all = shipped(clients, 25);
                // A batch may come twice after a lost acknowledgement; order and completeness hold.
                assertThat(all.stream().distinct()).containsExactlyElementsOf(turns(25));
                await().atMost(LONG).until(() -> spool.pendingEntries() == 0);
            }
            assertThat(shipper.isKafkaAway()).isFalse();
            assertThat(count).hasValue(25);
        }
    }

    @Test
    void aTurnThatKafkaWillNeverTakeDoesNotHoldUpTheOthers() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
            KafkaAt settings = new KafkaAt(kafka.bootstrapServers());
            Clients clients = new Clients(settings);
            try (Spool spool = Spool.open(folder.resolve("spool"), 1 << 30);
                    Shipper shipper =
                            Shipper.start(spool, clients, new Topics(settings), shipped -> {})) {
                append(spool, 0, 1);
                byte[] huge = new byte[HUGE];
                new java.util.Random(5).nextBytes(huge); // nothing for the compression to save
                spool.append(new SpoolEntry("c", huge)).join();
                append(spool, 1, 2);

                boolean both = shipped(clients, 2).equals(turns(2));
                assertThat(both).isTrue();
                await().atMost(LONG).until(() -> spool.pendingEntries() == 0);
                assertThat(shipper.isKafkaAway()).isFalse();
                assertThat(folder.resolve("spool/set-aside").toFile().listFiles())
                        .singleElement()
                        .satisfies(file -> assertThat(file).hasSize(HUGE));
            }
        }
    }
}
