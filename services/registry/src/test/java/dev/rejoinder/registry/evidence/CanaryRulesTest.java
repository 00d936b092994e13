package dev.rejoinder.registry.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.registry.evidence.Decision.Settled;
import dev.rejoinder.registry.evidence.Decision.Verdict;
import dev.rejoinder.registry.evidence.Decision.Wait;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanaryRulesTest {
    private static final CanaryRules RULES = new CanaryRules(0.3, 0.05, 8, 150, 0.05);
    private static final int TRIALS = 400;

    /** Looks after every follow-up, as the service does. */
    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.3, 0.5, 0.9})
    void aCanaryThatIsNoBetterIsSeldomCalledBetterHoweverOftenOneLooks(double rate) {
        Map<Verdict, Integer> ends = simulate(RULES, rate, rate, 11);

        assertThat(ends.getOrDefault(Verdict.BETTER, 0))
                .as("seeds from 11: %s", ends)
                .isLessThanOrEqualTo((int) (0.05 * TRIALS));
        assertThat(ends.getOrDefault(Verdict.WORSE, 0))
                .as("seeds from 11: %s", ends)
                .isLessThanOrEqualTo((int) (0.05 * TRIALS));
    }

    @Test
    void aWorseCanaryIsRolledBackAndNotPromoted() {
        Map<Verdict, Integer> ends = simulate(RULES, 0.6, 0.3, 23);

        assertThat(ends.get(Verdict.WORSE))
                .as("seeds from 23: %s", ends)
                .isGreaterThan(TRIALS * 9 / 10);
        assertThat(ends.getOrDefault(Verdict.BETTER, 0)).isZero();
    }

    @Test
    void aBetterCanaryIsPromoted() {
        Map<Verdict, Integer> ends = simulate(RULES, 0.2, 0.5, 31);

        assertThat(ends.get(Verdict.BETTER))
                .as("seeds from 31: %s", ends)
                .isGreaterThan(TRIALS * 9 / 10);
    }

    @Test
    void aBigEffectIsDecidedWithinFifteenFollowUpsInEachArm() {
        CanaryRules even = new CanaryRules(0.5, 0.05, 8, 400, 0.05);
        int decided = 0;
        for (int seed = 0; seed < TRIALS; seed++) {
            Random random = new Random(seed);
            Evidence evidence = Evidence.NONE;
            for (int i = 0; i < 15; i++)
                evidence =
                        new Evidence(
                                evidence.canary().plus(drawn(random, 0.1), 1),
                                evidence.champion().plus(drawn(random, 0.9), 1));
            if (even.decide(evidence) instanceof Settled s && s.verdict() == Verdict.BETTER)
                decided++;
        }

        assertThat(decided).as("of %d, seeds from 0", TRIALS).isGreaterThan(TRIALS * 95 / 100);
    }

    /**
     * A margin above the true difference is not exceeded more often than alpha, at the boundary.
     */
    @Test
    void aCanaryWorseByTheMarginIsSeldomCalledNoWorse() {
        CanaryRules rules = new CanaryRules(0.3, 0.05, 8, 150, 0.1);
        Map<Verdict, Integer> ends = simulate(rules, 0.4, 0.3, 41);

        assertThat(ends.getOrDefault(Verdict.NO_WORSE, 0))
                .as("seeds from 41: %s", ends)
                .isLessThanOrEqualTo((int) (0.07 * TRIALS));
    }

    @Test
    void aTrialOfEqualArmsEndsWithTheLastFollowUp() {
        Tally canary = new Tally(40, 45, 65);
        Tally champion = new Tally(100, 105, 145);

        assertThat(RULES.decide(new Evidence(new Tally(40, 45, 64), champion)))
                .isEqualTo(new Wait());
        assertThat(RULES.decide(new Evidence(canary, champion)))
                .isInstanceOfSatisfying(
                        Settled.class, s -> assertThat(s.verdict()).isEqualTo(Verdict.UNDECIDED));
    }

    @Test
    void aBetterCanaryWaitsForTheLeastEvidenceInBothArms() {
        Evidence early = new Evidence(new Tally(7, 0, 0), new Tally(0, 40, 0));

        assertThat(EValues.of(early).better()).isGreaterThan(20);
        assertThat(RULES.decide(early)).isEqualTo(new Wait());
    }

    @Test
    void badSettingsAreListedAllAtOnce() {
        assertThatThrownBy(() -> new CanaryRules(1.5, 0, 0, 0, 2))
                .hasMessageContaining("canary-share of 1.5")
                .hasMessageContaining("canary-alpha of 0.0")
                .hasMessageContaining("canary-min-follow-ups of 0")
                .hasMessageContaining("canary-margin of 2.0");
    }

    private static Map<Verdict, Integer> simulate(
            CanaryRules rules, double canaryRate, double championRate, int firstSeed) {
        Map<Verdict, Integer> ends = new EnumMap<>(Verdict.class);
        for (int i = 0; i < TRIALS; i++)
            ends.merge(
                    trial(rules, canaryRate, championRate, new Random(firstSeed + i)),
                    1,
                    Integer::sum);
        return ends;
    }

    private static Verdict trial(
            CanaryRules rules, double canaryRate, double championRate, Random random) {
        Evidence evidence = Evidence.NONE;
        while (true) {
            boolean canary = random.nextDouble() < rules.share();
            evidence =
                    canary
                            ? new Evidence(
                                    evidence.canary().plus(drawn(random, canaryRate), 1),
                                    evidence.champion())
                            : new Evidence(
                                    evidence.canary(),
                                    evidence.champion().plus(drawn(random, championRate), 1));
            if (rules.decide(evidence) instanceof Settled settled) return settled.verdict();
        }
    }

    private static Outcome drawn(Random random, double dissatisfaction) {
        return random.nextDouble() < dissatisfaction ? Outcome.DSAT : Outcome.NEITHER;
    }
}
