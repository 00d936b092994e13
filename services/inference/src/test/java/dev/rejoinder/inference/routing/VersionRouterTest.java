package dev.rejoinder.inference.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.inference.chat.TinyEngine;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import dev.rejoinder.proto.registry.v1.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionRouterTest {
    @TempDir static Path folder;
    private static LanguageModel model;
    private static Adapters adapters;
    private static Route one;
    private static Route two;

    private final List<String> refused = new ArrayList<>();
    private VersionRouter router;

    @BeforeAll
    static void load() throws IOException {
        model = TinyEngine.load(folder);
        adapters = new Adapters(model);
        one = adapters.write(folder.resolve("one"), 1);
        two = adapters.write(folder.resolve("two"), 2);
    }

    @AfterAll
    static void unload() {
        model.close();
    }

    @BeforeEach
    void fresh() {
        router =
                new VersionRouter(
                        model,
                        new RoutingObserver() {
                            @Override
                            public void changed(RoutingTable table) {}

                            @Override
                            public void refused(String versionName) {
                                refused.add(versionName);
                            }
                        });
    }

    private String answering(String key) {
        ServedVersion served = router.lease("", key);
        served.release();
        return served.version().getVersion();
    }

    private Map<String, Set<String>> conversations() {
        Map<String, Set<String>> byVersion = new HashMap<>();
        for (int i = 0; i < 4000; i++)
            byVersion
                    .computeIfAbsent(answering("conversation " + i), v -> new HashSet<>())
                    .add("conversation " + i);
        return byVersion;
    }

    @Test
    void theBaseAnswersEveryoneUntilATableIsSeen() {
        assertThat(conversations()).containsOnlyKeys("base");
    }

    @Test
    void conversationsAreSplitByShareAndStayWhereTheyAre() {
        router.follow(adapters.split(1, adapters.baseRoute(), one, 0.2));
        Map<String, Set<String>> first = conversations();
        router.follow(adapters.split(2, adapters.baseRoute(), one, 0.5));
        Map<String, Set<String>> grown = conversations();

        String canary = one.getVersion().getVersion();
        assertThat(first.get(canary).size() / 4000.0).isCloseTo(0.2, within(0.03));
        assertThat(grown.get(canary).size() / 4000.0).isCloseTo(0.5, within(0.03));
        assertThat(grown.get(canary)).containsAll(first.get(canary));
    }

    @Test
    void eachCanaryMeetsOtherConversations() {
        router.follow(adapters.split(1, adapters.baseRoute(), one, 0.2));
        Set<String> first = conversations().get(one.getVersion().getVersion());
        router.follow(adapters.split(2, adapters.baseRoute(), two, 0.2));
        Set<String> second = conversations().get(two.getVersion().getVersion());

        second.retainAll(first);
        // Independent draws share 0.2 * 0.2 of 4000 conversations.
        assertThat(second.size() / 4000.0).isCloseTo(0.04, within(0.02));
    }

    @Test
    void anOlderTableIsIgnored() {
        router.follow(adapters.champion(5, one));
        router.follow(adapters.champion(4, two));

        assertThat(answering("any")).isEqualTo(one.getVersion().getVersion());
    }

    @Test
    void anotherModelsTableIsIgnored() {
        router.follow(adapters.champion(5, one).toBuilder().setModelId("other").build());

        assertThat(answering("any")).isEqualTo("base");
    }

    @Test
    void aVersionIsAskedForByNameAndTheBaseAlwaysCanBe() {
        router.follow(adapters.champion(1, one));
        String name = VersionName.of(one.getVersion());

        assertThat(router.lease(name, "").name()).isEqualTo(name);
        assertThat(router.lease("tiny@base", "").name()).isEqualTo("tiny@base");
        assertThat(router.lease("tiny", "").name()).isEqualTo(name);
        assertThatThrownBy(() -> router.lease("tiny@v9-00000000", ""))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal ->
                                assertThat(refusal.reason())
                                        .isEqualTo(ErrorReason.ERROR_REASON_MODEL_UNKNOWN))
                .hasMessageContaining("\"tiny\", \"" + name + "\", \"tiny@base\"");
    }

    @Test
    void aChangedAdapterIsRefusedByItsDigestAndTheOldVersionServesOn(@TempDir Path copies)
            throws IOException {
        router.follow(adapters.champion(1, one));
        Route damaged = adapters.write(copies.resolve("damaged"), 3);
        Path weights = copies.resolve("damaged/adapter_model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);

        router.follow(adapters.champion(2, damaged));

        assertThat(answering("any")).isEqualTo(one.getVersion().getVersion());
        assertThat(refused).containsExactly(VersionName.of(damaged.getVersion()));
        assertThat(router.table().revision()).isEqualTo(1);
    }

    @Test
    void aMissingCanaryLeavesItsShareWithTheChampionAndIsTakenWhenItComes(@TempDir Path copies)
            throws IOException {
        Route late = adapters.write(copies.resolve("late"), 4);
        Files.move(copies.resolve("late"), copies.resolve("elsewhere"));

        router.follow(adapters.split(3, one, late, 0.5));
        assertThat(conversations()).containsOnlyKeys(one.getVersion().getVersion());

        Files.move(copies.resolve("elsewhere"), copies.resolve("late"));
        router.retryRefused();
        assertThat(conversations())
                .containsOnlyKeys(one.getVersion().getVersion(), late.getVersion().getVersion());
    }

    @Test
    void anAdapterOfAnotherBaseOrAnUnreadablePlaceIsRefused() {
        Route foreign =
                one.toBuilder()
                        .setVersion(one.getVersion().toBuilder().setBaseDigest("00ff"))
                        .build();
        Route remote = one.toBuilder().setArtifactUri("s3://bucket/one").build();
        Route nowhere = one.toBuilder().setArtifactUri("not a uri").build();

        router.follow(adapters.champion(1, foreign));
        router.follow(adapters.champion(2, remote));
        router.follow(adapters.champion(3, nowhere));

        assertThat(refused).hasSize(3);
        assertThat(answering("any")).isEqualTo("base");
    }

    @Test
    void aTableWithoutChampionOrWithWrongSharesIsRefused() {
        router.follow(
                adapters.champion(1, one).toBuilder()
                        .setRoutes(0, one.toBuilder().setShare(1))
                        .build());
        router.follow(
                adapters.split(2, adapters.baseRoute(), one, 0.5).toBuilder()
                        .removeRoutes(1)
                        .build());

        assertThat(answering("any")).isEqualTo("base");
        assertThat(refused).isEmpty();
    }

    @Test
    void aRetiredVersionIsFreedWhenItsLastChatEndsAndNotBefore() {
        router.follow(adapters.champion(1, one));
        ServedVersion held = router.lease("", "any");
        router.follow(adapters.champion(2, two));
        var adapter = held.adapter();
        var request =
                new GenerationRequest(new int[] {1}, Sampling.greedy(), 1, List.of(), adapter);
        var generator = model.generator(1);

        try (generator) {
            generator.add(request, Ignoring.TOKENS).cancel();
            assertThat(answering("any")).isEqualTo(two.getVersion().getVersion());
            held.release();
            generator.step();

            assertThatThrownBy(() -> generator.add(request, Ignoring.TOKENS))
                    .hasMessageContaining("closed");
        }
    }
}
