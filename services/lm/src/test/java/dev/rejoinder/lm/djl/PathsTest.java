package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.read.ModelConfig;
import dev.rejoinder.lm.score.Pack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A token's log-probability is the same whichever way it is computed: the whole text at once,
 * packed behind a shared beginning, in a batch of other lengths, in chunks, or token by token with
 * the cache, by libtorch or by the JVM's vector units; with and without an adapter.
 */
class PathsTest {
    private static final JsonNode GOLDEN = TinyModels.golden("families.json");
    private static final float TOLERANCE = 1e-4f;

    /** A text, and the adapter it is read through. */
    private record Case(int[] text, @Nullable Adapter adapter) {
        /** So much is the prompt where a beginning is; after the token that ends a reply. */
        int split() {
            return text.length * 2 / 3;
        }

        int[] beginning(int length) {
            return Arrays.copyOf(text, length);
        }

        int[] rest(int from) {
            return Arrays.copyOfRange(text, from, text.length);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.rejoinder.lm.djl.FamiliesTest#families")
    void everyWayGivesTheSameLogProbabilities(String family) {
        ModelConfig config = TinyModels.config(GOLDEN.get("families").get(family).get("config"));
        var exact = EngineOptions.of(Precision.FLOAT32).withThreads(2);
        var chunks = exact.withPrefillTokens(4);
        var wide = exact.withPrefillTokens(40);
        try (LanguageModel model = TinyModels.load(config, Precision.FLOAT32);
                LanguageModel chunked = TinyModels.load(config, chunks);
                LanguageModel inWideChunks = TinyModels.load(config, wide);
                LanguageModel onLibtorch = TinyModels.load(config, wide.withoutVectors());
                Adapter adapter = TinyAdapters.random(model, 3);
                Adapter same = TinyAdapters.random(chunked, 3);
                Adapter wider = TinyAdapters.random(inWideChunks, 3);
                Adapter other = TinyAdapters.random(onLibtorch, 3)) {
            List<Case> cases = cases(adapter);
            List<float[]> whole = cases.stream().map(c -> score(model, c)).toList();
            assertThat(whole.get(0)).isNotEqualTo(whole.get(1));

            assertSame(packed(model, cases), whole);
            assertSame(generated(model, cases), whole);
            assertSame(generated(chunked, cases(same)), whole);
            assertSame(generated(inWideChunks, cases(wider)), whole);
            assertSame(generated(onLibtorch, cases(other)), whole);
        }
    }

    /** Every text without the adapter and with it, so that neighbours in a batch differ. */
    private static List<Case> cases(Adapter adapter) {
        List<int[]> texts = new ArrayList<>();
        for (JsonNode tokens : GOLDEN.get("tokens")) texts.add(FamiliesTest.ints(tokens));
        texts.add(new SplittableRandom(9).ints(48, 3, 96).toArray());
        texts.add(new SplittableRandom(10).ints(150, 3, 96).toArray());
        List<Case> cases = new ArrayList<>();
        for (int[] text : texts) {
            cases.add(new Case(text, null));
            cases.add(new Case(text, adapter));
        }
        return cases;
    }

    private static float[] score(LanguageModel model, Case c) {
        Pack pack = new Pack(c.beginning(1), List.of(c.rest(1)));
        float[] logProbs = model.score(List.of(pack), c.adapter())[0][0];
        return Arrays.copyOfRange(logProbs, c.split() - 1, logProbs.length);
    }

    /** Behind its beginning as one of three continuations, all texts of an adapter in one batch. */
    private static List<float[]> packed(LanguageModel model, List<Case> cases) {
        List<float[]> logProbs = new ArrayList<>(cases.stream().map(c -> new float[0]).toList());
        for (int first = 0; first < 2; first++) {
            List<Pack> packs = new ArrayList<>();
            for (int i = first; i < cases.size(); i += 2) {
                Case c = cases.get(i);
                packs.add(
                        new Pack(
                                c.beginning(c.split()),
                                List.of(new int[] {1, 2, 3}, c.rest(c.split()), new int[] {4})));
            }
            float[][][] scored = model.score(packs, cases.get(first).adapter());
            for (int i = 0; i < packs.size(); i++) logProbs.set(first + 2 * i, scored[i][1]);
        }
        return logProbs;
    }

    /** Forced to write the rest of their texts, all in one batch. */
    private static List<float[]> generated(LanguageModel model, List<Case> cases) {
        List<Reply> replies = new ArrayList<>();
        try (var generator = model.generator(cases.size())) {
            for (Case c : cases) {
                int[] rest = c.rest(c.split());
                Reply reply = new Reply();
                replies.add(reply);
                generator.add(
                        new GenerationRequest(
                                c.beginning(c.split()),
                                Sampling.greedy(),
                                rest.length,
                                List.of(),
                                c.adapter(),
                                () -> new Forced(rest)),
                        reply);
            }
            while (generator.step()) {}
        }
        List<float[]> logProbs = new ArrayList<>();
        for (Reply reply : replies) {
            assertThat(reply.error()).isNull();
            float[] seen = new float[reply.tokens().size()];
            for (int i = 0; i < seen.length; i++) seen[i] = (float) reply.tokens().get(i).logProb();
            logProbs.add(seen);
        }
        return logProbs;
    }

    private static void assertSame(List<float[]> actual, List<float[]> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++)
            assertThat(actual.get(i)).containsExactly(expected.get(i), offset(TOLERANCE));
    }
}
