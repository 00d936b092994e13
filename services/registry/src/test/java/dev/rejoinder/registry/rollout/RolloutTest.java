package dev.rejoinder.registry.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.registry.evidence.Decision.Settled;
import dev.rejoinder.registry.evidence.Decision.Verdict;
import dev.rejoinder.registry.version.Lineage;
import dev.rejoinder.registry.version.Stage;
import dev.rejoinder.registry.version.Version;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RolloutTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Rollout BASE = Rollout.of("tiny", "b".repeat(64), T0);
    private static final String V1 = "v1-" + "1".repeat(8);
    private static final String V2 = "v2-" + "2".repeat(8);
    private static final String V3 = "v3-" + "3".repeat(8);

    @Test
    void theBaseIsChampionAtTheStartAndServesEveryone() {
        assertThat(BASE.routes()).containsExactly(new Route(BASE.champion(), 1));
        assertThat(BASE.champion().name()).isEqualTo("base");
    }

    @Test
    void aCandidateBecomesCanaryByItselfAndTheNextOneWaits() {
        Rollout rollout = registered(BASE, 1, 2);

        assertThat(rollout.canary().map(Version::name)).contains(V1);
        assertThat(rollout.named(V2).orElseThrow().stage()).isEqualTo(new Stage.Candidate());
        assertThat(rollout.trial().orElseThrow()).isEqualTo(new Trial(2, V1, "base", step(1).at()));
    }

    @Test
    void aBetterCanaryBecomesChampionAndTheNextInLineIsComparedWithIt() {
        Rollout rollout = registered(BASE, 1, 2).settle(ended(Verdict.BETTER), step(3));

        assertThat(rollout.champion().name()).isEqualTo(V1);
        assertThat(rollout.canary().map(Version::name)).contains(V2);
        assertThat(rollout.named("base").orElseThrow().stage()).isInstanceOf(Stage.Retired.class);
        assertThat(rollout.trial().orElseThrow()).isEqualTo(new Trial(4, V2, V1, step(3).at()));
    }

    @Test
    void aWorseCanaryIsRejectedAndTheChampionStays() {
        Rollout rollout = registered(BASE, 1).settle(ended(Verdict.WORSE), step(3));

        assertThat(rollout.champion().name()).isEqualTo("base");
        assertThat(rollout.named(V1).orElseThrow().stage()).isEqualTo(new Stage.Rejected());
        assertThat(rollout.trial()).isEmpty();
    }

    @Test
    void registeringAnAdapterAgainChangesNothing() {
        Rollout rollout = registered(BASE, 1, 2);

        assertThat(registered(rollout, 1)).isSameAs(rollout);
    }

    @Test
    void rollingBackEndsACanaryFirstAndThenBringsBackTheChampionsBeforeOneByOne() {
        Rollout two =
                registered(BASE, 1, 2)
                        .settle(ended(Verdict.BETTER), step(3))
                        .settle(ended(Verdict.BETTER), step(4));
        Rollout withCanary = registered(two, 3);

        Rollout ended = withCanary.rollBack("noise", step(6));
        Rollout once = ended.rollBack("noise", step(7));
        Rollout twice = once.rollBack("noise", step(8));

        assertThat(ended.canary()).isEmpty();
        assertThat(ended.champion().name()).isEqualTo(V2);
        assertThat(once.champion().name()).isEqualTo(V1);
        assertThat(twice.champion().name()).isEqualTo("base");
        assertThatThrownBy(() -> twice.rollBack("noise", step(9)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("no earlier champion to go back to");
    }

    @Test
    void anOperatorPromotesFromAnyStageAndTheTrialBeginsAnew() {
        Rollout rollout = registered(BASE, 1, 2);

        Rollout promoted = rollout.promote(V2, "we like it", step(5));

        assertThat(promoted.champion().name()).isEqualTo(V2);
        assertThat(promoted.canary().map(Version::name)).contains(V1);
        assertThat(promoted.trial().orElseThrow()).isEqualTo(new Trial(4, V1, V2, step(5).at()));
        assertThat(promoted.promote("base", "back", step(6)).champion().name()).isEqualTo("base");
    }

    @Test
    void promotingTheChampionChangesNothing() {
        assertThat(BASE.promote("base", "again", step(1))).isSameAs(BASE);
    }

    @Test
    void promotingAnUnknownVersionIsRefused() {
        assertThatThrownBy(() -> BASE.promote(V3, "why not", step(1)))
                .isInstanceOf(Refusal.class)
                .hasMessage("there is no version \"" + V3 + "\"");
    }

    @Test
    void anyOrderOfChangesKeepsOneChampionAtMostOneCanaryAndNeverReusesAName() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Rollout rollout = BASE;
            for (int i = 1; i <= 40; i++) {
                Rollout next = drawnChange(rollout, i, random).apply(rollout);
                assertIsSound(seed, rollout, next);
                rollout = next;
            }
        }
    }

    private static void assertIsSound(int seed, Rollout before, Rollout after) {
        String which = "seed " + seed + " at revision " + after.revision();
        if (after != before)
            assertThat(after.revision()).as(which).isEqualTo(before.revision() + 1);
        List<Class<?>> stages =
                after.versions().stream().<Class<?>>map(v -> v.stage().getClass()).toList();
        assertThat(stages).as(which).containsOnlyOnce(Stage.Champion.class);
        assertThat(stages.stream().filter(s -> s == Stage.Canary.class).count())
                .as(which)
                .isLessThanOrEqualTo(1);
        assertThat(after.versions()).extracting(Version::name).as(which).doesNotHaveDuplicates();
        assertThat(after.routes().stream().mapToDouble(Route::share).sum())
                .as(which)
                .isCloseTo(1, within(1e-12));
        assertThat(after.trial().isPresent()).as(which).isEqualTo(after.canary().isPresent());
    }

    private static UnaryOperator<Rollout> drawnChange(Rollout now, int i, Random random) {
        Version any = now.versions().get(random.nextInt(now.versions().size()));
        Verdict verdict = Verdict.values()[random.nextInt(Verdict.values().length)];
        return switch (random.nextInt(4)) {
            case 0 -> r -> r.register(adapter(100 + i), Lineage.NONE, step(i));
            case 1 -> r -> r.promote(any.name(), "drawn", step(i));
            case 2 -> r -> r.canary().isEmpty() ? r : r.settle(ended(verdict), step(i));
            default -> r -> canRollBack(r) ? r.rollBack("drawn", step(i)) : r;
        };
    }

    private static boolean canRollBack(Rollout rollout) {
        return rollout.canary().isPresent()
                || rollout.versions().stream().anyMatch(v -> v.stage() instanceof Stage.Retired);
    }

    private static Rollout registered(Rollout rollout, int... numbers) {
        Rollout next = rollout;
        for (int n : numbers) next = next.register(adapter(n), Lineage.NONE, step(n));
        return next;
    }

    private static Version.Adapter adapter(int n) {
        return new Version.Adapter(
                n < 10 ? String.valueOf(n).repeat(64) : "%064d".formatted(n), "file:///a" + n);
    }

    private static Settled ended(Verdict verdict) {
        return new Settled(verdict, "by evidence");
    }

    private static Rollout.Step step(int second) {
        return new Rollout.Step(T0.plusSeconds(second), 0.3);
    }
}
