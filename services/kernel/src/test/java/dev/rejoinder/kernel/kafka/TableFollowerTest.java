package dev.rejoinder.kernel.kafka;

import static dev.rejoinder.kernel.kafka.KafkaNode.text;
import static dev.rejoinder.proto.EventTopic.MODELS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rejoinder.kernel.error.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableFollowerTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    @TempDir static Path folder;
    private static KafkaNode kafka;

    @BeforeAll
    static void startKafka() {
        kafka = KafkaNode.start(folder.resolve("kafka"));
        kafka.send(MODELS, List.of("first", "unreadable", "second"));
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @Test
    void aFollowerReadsWhatStoodThereAndThenWhatComesAlsoAfterTheBrokerWasAway() {
        Set<String> rows = ConcurrentHashMap.newKeySet();
        TableFollower follower = follow(rows::add);
        await().atMost(LIMIT).until(follower::isCaughtUp);
        assertThat(rows).contains("first", "second");

        kafka.stop();
        kafka.startAgain();
        kafka.send(MODELS, List.of("third"));

        await().atMost(LIMIT).until(() -> rows.contains("third"));
        follower.close();
    }

    @Test
    void aRowThatCannotBeReadDoesNotHideTheOthers() {
        Set<String> rows = ConcurrentHashMap.newKeySet();
        TableFollower follower =
                follow(row -> {
                    if (row.equals("unreadable")) throw new IllegalStateException("bad");
                    rows.add(row);
                });

        await().atMost(LIMIT).until(follower::isCaughtUp);

        follower.close();
        assertThat(rows).contains("first", "second");
    }

    @Test
    void aRowThatCannotBeTakenYetIsReadAgain() {
        Set<String> rows = ConcurrentHashMap.newKeySet();
        AtomicInteger tries = new AtomicInteger();
        TableFollower follower =
                follow(row -> {
                    if (row.equals("second") && tries.incrementAndGet() == 1)
                        throw Refusal.unavailable("no room for the adapter yet");
                    rows.add(row);
                });

        await().atMost(LIMIT).until(() -> rows.contains("second"));

        follower.close();
        assertThat(tries.get()).isGreaterThan(1);
    }

    private interface Rows {
        void take(String row);
    }

    private static TableFollower follow(Rows rows) {
        return TableFollower.start(
                kafka.clients(), kafka.topics(), MODELS, r -> rows.take(text(r.value())));
    }
}
