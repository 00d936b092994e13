package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.lm.generate.Constraint;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Penalties;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.Truncation;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final float[] PROBABILITIES = {0.05f, 0.4f, 0.25f, 0.2f, 0.1f};
    private static final int DRAWS = 20_000;

    @Test
    void tokensAreDrawnAsOftenAsTheyAreLikely() {
        double[] frequencies = frequencies(new Sampling(1, 1, 7, 0));

        for (int i = 0; i < PROBABILITIES.length; i++)
            assertThat(frequencies[i]).isCloseTo(PROBABILITIES[i], within(0.01));
    }

    /** 0.4 + 0.25 is below 0.7, with 0.2 it reaches it: three tokens of mass 0.85. */
    @Test
    void onlyTheFewestLikeliestTokensThatReachTopPAreDrawn() {
        double[] frequencies = frequencies(new Sampling(1, 0.7, 8, 0));

        assertThat(frequencies[0]).isZero();
        assertThat(frequencies[4]).isZero();
        assertThat(frequencies[1]).isCloseTo(0.4 / 0.85, within(0.015));
        assertThat(frequencies[3]).isCloseTo(0.2 / 0.85, within(0.015));
    }

    /** The two likeliest have a mass of 0.65. */
    @Test
    void onlyTheTopKLikeliestTokensAreDrawn() {
        double[] frequencies = frequencies(truncated(new Truncation(2, 1, 0)));

        assertThat(frequencies[0] + frequencies[3] + frequencies[4]).isZero();
        assertThat(frequencies[1]).isCloseTo(0.4 / 0.65, within(0.015));
    }

    @Test
    void aTopKOfTheVocabularyOrMoreKeepsAll() {
        for (int k : new int[] {PROBABILITIES.length, 1000})
            assertThat(frequencies(truncated(new Truncation(k, 1, 0))))
                    .isEqualTo(frequencies(truncated(new Truncation(k + 1, 1, 0))))
                    .doesNotContain(0);
    }

    /** At least a half of 0.4: 0.4, 0.25 and 0.2. */
    @Test
    void onlyTokensLikelyEnoughBesideTheLikeliestAreDrawn() {
        double[] frequencies = frequencies(truncated(new Truncation(0, 1, 0.5)));

        assertThat(frequencies[0]).isZero();
        assertThat(frequencies[4]).isZero();
        assertThat(frequencies[3]).isCloseTo(0.2 / 0.85, within(0.015));
    }

    /** Of the three likeliest, 0.85, the first two reach 0.7 of it. */
    @Test
    void theNucleusIsTakenOfWhatTopKLeaves() {
        double[] frequencies = frequencies(truncated(new Truncation(3, 0.7, 0)));

        assertThat(frequencies[3]).isZero();
        assertThat(frequencies[2]).isCloseTo(0.25 / 0.65, within(0.015));
    }

    @Test
    void theLikeliestAlwaysStays() {
        assertThat(frequencies(truncated(new Truncation(1, 1e-9, 1)))[1])
                .isCloseTo(1, within(1e-9));
    }

    /** Against the plain way: sort all, cut in turn. */
    @Test
    void aLargeVocabularyIsCutAsTheDefinitionSays() {
        SplittableRandom random = new SplittableRandom(5);
        for (int run = 0; run < 200; run++) {
            float[] probabilities = new float[1000];
            for (int i = 0; i < probabilities.length; i++)
                probabilities[i] = (float) Math.exp(8 * random.nextDouble() - 8);
            Truncation truncation =
                    new Truncation(
                            run % 3 == 0 ? 0 : 1 + random.nextInt(1200),
                            run % 4 == 0 ? 1 : 1 - random.nextDouble(),
                            run % 2 == 0 ? 0 : random.nextDouble() / 4);
            Set<Integer> allowed = kept(probabilities, truncation);
            Sampler sampler = sampler(truncated(truncation));
            for (int draw = 0; draw < 20; draw++)
                assertThat(allowed).as("%s", truncation).contains(sampler.draw(probabilities));
        }
    }

    private static Set<Integer> kept(float[] p, Truncation truncation) {
        List<Integer> falling =
                IntStream.range(0, p.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer i) -> -p[i]))
                        .limit(truncation.topK() == 0 ? p.length : truncation.topK())
                        .toList();
        double whole = falling.stream().mapToDouble(i -> p[i]).sum();
        Set<Integer> kept = new HashSet<>();
        double mass = 0;
        for (int token : falling) {
            // A hair's breadth, as sums in another order differ in their last bits.
            boolean reached = mass > truncation.topP() * whole + 1e-9;
            if (reached || p[token] < truncation.minP() * p[falling.getFirst()]) break;
            kept.add(token);
            mass += p[token];
        }
        return kept;
    }

    @Test
    void repetitionMakesTokensOfPromptAndReplyLessLikely() {
        var penalties = new Penalties(2, 0, 0);
        var sampler = sampler(greedy(penalties, Map.of()), 0);

        assertThat(sampler.choose(new float[] {3, 2, -1})).isEqualTo(1);
        sampler.wrote(1);
        assertThat(sampler.choose(new float[] {3, 2, 1.6f})).isEqualTo(2);
        // Of a negative logit the double is taken, not the half.
        assertThat(sampler.choose(new float[] {-1, -1.1f, -1.5f})).isEqualTo(2);
    }

    @Test
    void presenceAndFrequencyAreTakenOffForTheReplyAlone() {
        var sampler = sampler(greedy(new Penalties(1, 0.5, 0.25), Map.of()), 0);
        float[] logits = {2, 1.8f, 0};

        assertThat(sampler.choose(logits.clone())).isZero();
        sampler.wrote(0);
        assertThat(sampler.choose(new float[] {2, 1.24f, 0})).isZero();
        assertThat(sampler.choose(logits.clone())).isEqualTo(1);
        sampler.wrote(0);
        assertThat(sampler.choose(new float[] {2, 1.01f, 0})).isEqualTo(1);
    }

    @Test
    void biasBansAndForces() {
        float[] logits = {20, 1, -20};

        assertThat(sampler(greedy(Penalties.NONE, Map.of(0, -100.0))).choose(logits.clone()))
                .isEqualTo(1);
        assertThat(sampler(greedy(Penalties.NONE, Map.of(2, 100.0))).choose(logits.clone()))
                .isEqualTo(2);
    }

    /** Bias ln 2 doubles the odds; the temperature comes after it. */
    @Test
    void aBiasedDrawIsAsOftenAsTheShiftedLogitsSay() {
        var sampling =
                new Sampling(1, Truncation.NONE, Penalties.NONE, Map.of(0, Math.log(2)), 9, 0);
        var sampler = sampler(sampling);
        double[] counts = new double[2];
        for (int i = 0; i < DRAWS; i++) counts[sampler.choose(new float[2])] += 1.0 / DRAWS;

        assertThat(counts[0]).isCloseTo(2.0 / 3, within(0.015));
    }

    private static Sampling truncated(Truncation truncation) {
        return new Sampling(1, truncation, Penalties.NONE, Map.of(), 8, 0);
    }

    private static Sampling greedy(Penalties penalties, Map<Integer, Double> bias) {
        return new Sampling(0, Truncation.NONE, penalties, bias, 0, 0);
    }

    @Test
    void onlyWhatTheConstraintAllowsIsDrawn() {
        BitSet allowed = new BitSet();
        allowed.set(1);
        allowed.set(3);
        List<Integer> written = new ArrayList<>();
        Constraint.Guide guide =
                new Constraint.Guide() {
                    @Override
                    public BitSet allowed() {
                        return allowed;
                    }

                    @Override
                    public void wrote(int token) {
                        written.add(token);
                    }
                };
        for (Sampling sampling :
                List.of(
                        Sampling.greedy(),
                        truncated(Truncation.NONE),
                        truncated(new Truncation(4, 1, 0)),
                        truncated(Truncation.topP(0.999)))) {
            var request =
                    new GenerationRequest(new int[1], sampling, 1, List.of(), null, () -> guide);
            var sampler = new Sampler(request);
            Set<Integer> drawn = new HashSet<>();
            for (int i = 0; i < 500; i++) drawn.add(sampler.choose(new float[] {3, 1, 2, 0.9f, 1}));

            if (sampler.greedy()) assertThat(drawn).containsExactly(1);
            else assertThat(drawn).containsExactlyInAnyOrder(1, 3);
            sampler.wrote(3);
        }
        assertThat(written).hasSize(4).containsOnly(3);
    }

    private static Sampler sampler(Sampling sampling, int... prompt) {
        int[] some = prompt.length == 0 ? new int[] {100} : prompt;
        return new Sampler(new GenerationRequest(some, sampling, 1, List.of(), null));
    }

    private static double[] frequencies(Sampling sampling) {
        var sampler = sampler(sampling);
        double[] counts = new double[PROBABILITIES.length];
        for (int i = 0; i < DRAWS; i++) counts[sampler.draw(PROBABILITIES)] += 1.0 / DRAWS;
        return counts;
    }
}
