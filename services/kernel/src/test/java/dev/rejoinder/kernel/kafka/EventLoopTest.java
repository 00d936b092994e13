package dev.rejoinder.kernel.kafka;

import static dev.rejoinder.kernel.kafka.KafkaNode.copyTo;
import static dev.rejoinder.kernel.kafka.KafkaNode.numbered;
import static dev.rejoinder.kernel.kafka.KafkaNode.text;
import static dev.rejoinder.proto.EventTopic.MODELS;
import static dev.rejoinder.proto.EventTopic.PAIRS;
import static dev.rejoinder.proto.EventTopic.REWARDS;
import static dev.rejoinder.proto.EventTopic.RUNS;
import static dev.rejoinder.proto.EventTopic.SIGNALS;
import static dev.rejoinder.proto.EventTopic.TURNS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.lifecycle.Worker;
import dev.rejoinder.proto.EventTopic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLoopTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    @TempDir static Path folder;
    private static KafkaNode kafka;

    @BeforeAll
    static void startKafka() {
        kafka = KafkaNode.start(folder.resolve("kafka"));
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @Test
    void everyEventIsHandledOnceAlthoughTheBrokerIsRestartedMidWay() {
        kafka.send(TURNS, numbered("restart-a", 400));
        Clients named = new Clients(kafka.settings(), Optional.of("the-one-that-stays"));
        EventLoop loop =
                EventLoop.start(
                        named,
                        kafka.topics(),
                        subscription("copies", TURNS, SIGNALS),
                        copyTo(SIGNALS, "restart"));
        await().atMost(LIMIT).until(() -> handled(SIGNALS, "restart").size() > 10);

        kafka.stop();
        await().atMost(LIMIT).until(() -> !loop.isConnected());
        kafka.startAgain();
        kafka.send(TURNS, numbered("restart-b", 20));

        List<String> all = new ArrayList<>(numbered("restart-a", 400));
        all.addAll(numbered("restart-b", 20));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(handled(SIGNALS, "restart")).isEqualTo(all));
        await().atMost(LIMIT).until(loop::isConnected);
        loop.close();
    }

    @Test
    void aPoisonRecordGoesToItsDeadLetterTopicWithTheReasonAndItsNeighboursGoOn() {
        EventHandler refusing =
                batch -> {
                    for (ConsumerRecord<String, byte[]> r : batch)
                        if (text(r.value()).equals("poison-bad"))
                            throw new IllegalArgumentException("field 3 is missing");
                    return copyTo(REWARDS, "poison").handle(batch);
                };
        EventLoop loop = start("refuses", PAIRS, REWARDS, refusing);
        kafka.send(PAIRS, List.of("poison-a", "poison-bad", "poison-b"));

        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(handled(REWARDS, "poison"))
                                .containsExactly("poison-a", "poison-b"));
        await().atMost(LIMIT).until(() -> !kafka.committed(PAIRS.deadLetterTopic()).isEmpty());
        ConsumerRecord<String, byte[]> letter = kafka.committed(PAIRS.deadLetterTopic()).getFirst();
        assertThat(text(letter.value())).isEqualTo("poison-bad");
        assertThat(header(letter, "rejoinder-reason")).contains("field 3 is missing");
        assertThat(header(letter, "rejoinder-source")).startsWith(PAIRS.topic() + "-");
        loop.close();
    }

    @Test
    void aProcessThatDiesBetweenSendingAndCommittingLeavesNoDuplicateBehind() throws Exception {
        kafka.send(RUNS, numbered("run", 10));
        int exit = CrashingLoop.runInAnotherProcess(kafka.settings().bootstrapServers());
        assertThat(exit).isEqualTo(CrashingLoop.EXIT_CODE);

        Clients sameName = new Clients(kafka.settings(), Optional.of(CrashingLoop.INSTANCE));
        EventLoop loop =
                EventLoop.start(
                        sameName, kafka.topics(), CrashingLoop.SUBSCRIPTION, CrashingLoop.HANDLER);

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(handled(MODELS, "run")).isEqualTo(numbered("run", 10)));
        loop.close();
    }

    @Test
    void aTransientFailureHasTheBatchComeAgainAndNothingIsPutAside() {
        kafka.send(TURNS, List.of("patient"));
        AtomicInteger tries = new AtomicInteger();
        EventHandler hesitant =
                batch -> {
                    if (tries.incrementAndGet() < 3) throw Refusal.unavailable("no scorer yet");
                    return copyTo(PAIRS, "patient").handle(batch);
                };
        EventLoop loop =
                EventLoop.start(
                        kafka.clients(),
                        kafka.topics(),
                        subscription("hesitates", TURNS, PAIRS),
                        hesitant,
                        new Worker.Rhythm(Duration.ofMillis(50), LIMIT));

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(handled(PAIRS, "patient")).containsExactly("patient"));
        loop.close();
        assertThat(kafka.texts(TURNS.deadLetterTopic(), "patient")).isEmpty();
    }

    @Test
    void aHandlerInterruptedByTheEndPutsNothingAsideAndGetsItsBatchAtTheNextStart() {
        kafka.send(TURNS, List.of("slow"));
        CountDownLatch began = new CountDownLatch(1);
        EventHandler slow =
                batch -> {
                    began.countDown();
                    try {
                        new CountDownLatch(1).await();
                        return List.of();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("interrupted", e);
                    }
                };
        EventLoop interrupted =
                EventLoop.start(
                        kafka.clients(),
                        kafka.topics(),
                        subscription("slow", TURNS, PAIRS),
                        slow,
                        new Worker.Rhythm(Duration.ofMillis(50), Duration.ofMillis(200)));
        await().atMost(LIMIT).until(() -> began.getCount() == 0);
        interrupted.close();

        EventLoop next = start("slow", TURNS, PAIRS, copyTo(PAIRS, "slow"));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(handled(PAIRS, "slow")).containsExactly("slow"));
        next.close();
        assertThat(kafka.texts(TURNS.deadLetterTopic(), "")).isEmpty();
    }

    @Test
    void membersThatComeAndGoShareTheWorkWithoutHandlingAnEventTwice() {
        EventHandler marked = copyTo(RUNS, "shared");
        EventLoop first = start("shares", TURNS, RUNS, marked);
        kafka.send(TURNS, numbered("shared-a", 50));
        EventLoop second = start("shares", TURNS, RUNS, marked);
        kafka.send(TURNS, numbered("shared-b", 50));
        await().atMost(LIMIT).until(() -> handled(RUNS, "shared").size() >= 60);
        first.close();
        kafka.send(TURNS, numbered("shared-c", 50));

        await().atMost(LIMIT).until(() -> handled(RUNS, "shared").size() >= 150);

        second.close();
        assertThat(handled(RUNS, "shared")).hasSize(150).doesNotHaveDuplicates();
    }

    @Test
    void anOutputThatNoBrokerTakesIsTheRecordsFaultAndDoesNotBlockTheRest() {
        EventHandler swelling =
                batch ->
                        batch.stream()
                                .filter(r -> text(r.value()).startsWith("swell"))
                                .map(r -> new EventHandler.Output(PAIRS.topic(), r.key(), grown(r)))
                                .toList();
        EventLoop loop = start("swells", SIGNALS, PAIRS, swelling);
        kafka.send(SIGNALS, List.of("swell-much", "swell-not"));

        await().atMost(LIMIT).until(() -> handled(PAIRS, "swell").equals(List.of("swell-not")));
        await().atMost(LIMIT)
                .until(() ->
                        kafka.texts(SIGNALS.deadLetterTopic(), "swell")
                                .equals(List.of("swell-much")));
        loop.close();
    }

    private static byte[] grown(ConsumerRecord<String, byte[]> record) {
        return text(record.value()).equals("swell-much")
                ? new byte[Clients.LARGEST_VALUE_BYTES + 1]
                : record.value();
    }

    private static List<String> handled(EventTopic topic, String prefix) {
        return kafka.texts(topic.topic(), prefix);
    }

    private static EventLoop.Subscription subscription(
            String group, EventTopic in, EventTopic out) {
        return new EventLoop.Subscription(group, List.of(in), List.of(out), 7);
    }

    private static EventLoop start(
            String group, EventTopic in, EventTopic out, EventHandler handler) {
        return EventLoop.start(
                kafka.clients(), kafka.topics(), subscription(group, in, out), handler);
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        return text(record.headers().lastHeader(name).value());
    }
}
