package dev.rejoinder.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import dev.rejoinder.proto.registry.v1.Route;
import dev.rejoinder.proto.registry.v1.Routing;
import dev.rejoinder.registry.evidence.Evidence;
import dev.rejoinder.registry.evidence.Tally;
import dev.rejoinder.registry.rollout.Rollouts.Entry;
import dev.rejoinder.registry.version.Lineage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryPartsTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    @TempDir static Path folder;
    private static TestingRegistry testing;

    @BeforeAll
    static void start() {
        testing = new TestingRegistry(folder);
    }

    @AfterAll
    static void stop() {
        testing.close();
    }

    @Test
    void liveSignalsPromoteABetterCanaryAndInferenceHearsOfIt() {
        testing.registry().registerBase("better", TestingRegistry.BASE_DIGEST);
        String canary = testing.candidate("better", "1");
        await().atMost(LIMIT)
                .until(() -> shares("better").equals(Set.of("base 0.7", canary + " 0.3")));

        testing.followUps("better", canary, 12, 1);
        testing.followUps("better", "base", 12, 11);

        await().atMost(LIMIT).until(() -> shares("better").equals(Set.of(canary + " 1.0")));
        Entry entry = testing.registry().list("better", Long.MAX_VALUE, 1).getFirst();
        assertThat(entry.version().history().getLast().reason()).startsWith("better: ");
        assertThat(
                        testing.count(
                                "rejoinder.rollout.decisions",
                                "model",
                                "better",
                                "verdict",
                                "better"))
                .isEqualTo(1);
        assertThat(testing.gauge("rejoinder.versions", "model", "better", "stage", "retired"))
                .isEqualTo(1);
    }

    @Test
    void liveSignalsRollAWorseCanaryBack() {
        testing.registry().registerBase("worse", TestingRegistry.BASE_DIGEST);
        String canary = testing.candidate("worse", "2");

        testing.followUps("worse", "base", 15, 1);
        testing.followUps("worse", canary, 15, 14);

        await().atMost(LIMIT).until(() -> shares("worse").equals(Set.of("base 1.0")));
        await().atMost(LIMIT)
                .until(() -> testing.registry().find("worse").orElseThrow().canary().isEmpty());
    }

    @Test
    void anEventThatComesAgainCountsOnceAndAnOlderOneNotAtAll() {
        testing.registry().registerBase("replayed", TestingRegistry.BASE_DIGEST);
        testing.followUps("replayed", "base", 5, 5);
        String canary = testing.candidate("replayed", "3");
        testing.followUps("replayed", canary, 4, 1);
        testing.followUps("replayed", canary, 4, 1);
        testing.followUps("replayed", canary, 6, 1);

        await().atMost(LIMIT)
                .until(() ->
                        evidence("replayed").equals(new Evidence(new Tally(5, 1, 0), Tally.NONE)));
    }

    @Test
    void aPromotionWhileKafkaIsAwaySucceedsAndArrivesWhenItIsBack() {
        testing.registry().registerBase("away", TestingRegistry.BASE_DIGEST);
        String canary = testing.candidate("away", "4");
        await().atMost(LIMIT).until(() -> shares("away").size() == 2);

        testing.stopKafka();
        testing.registry().promote("away", canary, "we like it");
        testing.startKafka();

        await().atMost(LIMIT).until(() -> shares("away").equals(Set.of(canary + " 1.0")));
    }

    @Test
    void aChangeByAProcessThatDiedBeforePublishingIsPublishedAtTheNextStart() {
        testing.stopParts();
        testing.registryThatDies().registerBase("died", TestingRegistry.BASE_DIGEST);

        testing.startParts();

        await().atMost(LIMIT).until(() -> shares("died").equals(Set.of("base 1.0")));
    }

    @Test
    void aBrokerThatLostItsDisksHasEveryRoutingAgainAfterTheNextStart() {
        testing.registry().registerBase("lost", TestingRegistry.BASE_DIGEST);
        await().atMost(LIMIT).until(() -> shares("lost").equals(Set.of("base 1.0")));

        testing.stopParts();
        testing.stopKafka();
        testing.startEmptyKafka();
        testing.startParts();

        await().atMost(LIMIT).until(() -> shares("lost").equals(Set.of("base 1.0")));
    }

    @Test
    void aSignalThatIsNotOneGoesToTheDeadLetters() {
        testing.send("c", "not a signal".getBytes(StandardCharsets.UTF_8));

        await().atMost(LIMIT)
                .until(() -> !testing.read(EventTopic.SIGNALS.deadLetterTopic()).isEmpty());
    }

    @Test
    void oneAdapterRegisteredByManyAtOnceIsOneVersionAndNumbersGrowWithoutGaps() throws Exception {
        testing.registry().registerBase("crowd", TestingRegistry.BASE_DIGEST);
        Set<String> names = ConcurrentHashMap.newKeySet();
        List<String> digits = List.of("5", "5", "5", "6", "6", "7", "7", "5");
        List<Thread> crowd =
                digits.stream()
                        .map(d ->
                                Thread.ofVirtual()
                                        .start(() -> names.add(testing.candidate("crowd", d))))
                        .toList();
        for (Thread thread : crowd) thread.join();

        assertThat(names).hasSize(3);
        assertThat(testing.registry().list("crowd", Long.MAX_VALUE, 10))
                .extracting(e -> e.version().number())
                .containsExactly(3, 2, 1, 0);
    }

    @Test
    void aLineageComesBackAsItWasGiven() {
        testing.registry().registerBase("lineage", TestingRegistry.BASE_DIGEST);
        Lineage lineage =
                new Lineage(
                        "run-1",
                        "d".repeat(64),
                        2,
                        List.of("p1", "p2"),
                        List.of("s1"),
                        List.of("t1", "t2"),
                        "base");

        testing.registry()
                .registerCandidate(
                        "lineage",
                        TestingRegistry.BASE_DIGEST,
                        TestingRegistry.adapter("8"),
                        lineage);

        assertThat(
                        testing.registry()
                                .list("lineage", Long.MAX_VALUE, 1)
                                .getFirst()
                                .version()
                                .lineage())
                .isEqualTo(lineage);
    }

    @Test
    void anAdapterOfAnotherBaseIsRefused() {
        testing.registry().registerBase("strict", TestingRegistry.BASE_DIGEST);

        assertThatThrownBy(() ->
                        testing.registry()
                                .registerCandidate(
                                        "strict",
                                        "c".repeat(64),
                                        TestingRegistry.adapter("9"),
                                        Lineage.NONE))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        r -> {
                            assertThat(r.kind()).isEqualTo(Refusal.Kind.PRECONDITION);
                            assertThat(r.reason())
                                    .isEqualTo(ErrorReason.ERROR_REASON_MODEL_UNKNOWN);
                        });
        assertThatThrownBy(() -> testing.registry().registerBase("strict", "c".repeat(64)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("serve other weights under another name");
    }

    private static Evidence evidence(String modelId) {
        return testing.registry()
                .list(modelId, Long.MAX_VALUE, 1)
                .getFirst()
                .evidence()
                .orElse(Evidence.NONE);
    }

    /** {@code "<version> <share>"} of the newest routing on the topic. */
    private static Set<String> shares(String modelId) {
        return Set.copyOf(
                testing.routing(modelId).map(Routing::getRoutesList).orElse(List.of()).stream()
                        .map(RegistryPartsTest::share)
                        .toList());
    }

    private static String share(Route route) {
        return route.getVersion().getVersion() + " " + route.getShare();
    }
}
