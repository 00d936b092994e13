package dev.rejoinder.lm.djl;

import static dev.rejoinder.lm.djl.Paths.assertSame;
import static dev.rejoinder.lm.djl.Paths.generated;
import static dev.rejoinder.lm.djl.Paths.packed;
import static dev.rejoinder.lm.djl.Paths.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.djl.Paths.Case;
import dev.rejoinder.lm.read.ModelConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A token's log-probability is the same whichever way it is computed: the whole text at once,
 * packed behind a shared beginning, in a batch of other lengths, in chunks, or token by token with
 * the cache, by libtorch or by the JVM's vector units; with and without an adapter.
 */
class PathsTest {
    private static final JsonNode GOLDEN = TinyModels.golden("families.json");
    private static final EngineOptions EXACT = EngineOptions.of(Precision.FLOAT32).withThreads(2);
    private static final String MISTRAL = "mistral-sliding-window";
    private static final double SPLIT = 2 / 3.0;

    /** The golden families, and windows around one block of the cache and two. */
    static Stream<String> families() {
        return Stream.concat(
                FamiliesTest.families(),
                Stream.of(15, 16, 17, 20, 33).map(window -> MISTRAL + " " + window));
    }

    private static ModelConfig config(String family) {
        String[] words = family.split(" ");
        ObjectNode config = GOLDEN.get("families").get(words[0]).get("config").deepCopy();
        if (words.length > 1) config.put("sliding_window", Integer.parseInt(words[1]));
        return TinyModels.config(config);
    }

    @ParameterizedTest
    @MethodSource("families")
    void everyWayGivesTheSameLogProbabilities(String family) {
        ModelConfig config = config(family);
        var chunks = EXACT.withPrefillTokens(4);
        var wide = EXACT.withPrefillTokens(40);
        try (LanguageModel model = TinyModels.load(config, EXACT.withThreads(1));
                LanguageModel chunked = TinyModels.load(config, chunks);
                LanguageModel inWideChunks = TinyModels.load(config, wide);
                LanguageModel onLibtorch = TinyModels.load(config, wide.withoutVectors());
                Adapter adapter = TinyAdapters.random(model, 3);
                Adapter same = TinyAdapters.random(chunked, 3);
                Adapter wider = TinyAdapters.random(inWideChunks, 3);
                Adapter other = TinyAdapters.random(onLibtorch, 3)) {
            List<float[]> whole = whole(model, cases(adapter));
            assertThat(whole.get(0)).isNotEqualTo(whole.get(1));

            assertSame(packed(model, cases(adapter)), whole);
            assertSame(generated(model, cases(adapter)), whole);
            assertSame(generated(chunked, cases(same)), whole);
            assertSame(generated(inWideChunks, cases(wider)), whole);
            assertSame(generated(onLibtorch, cases(other)), whole);
        }
    }

    /**
     * A token sees itself and the window - 1 before it, in each of two layers: the last one's
     * prediction depends on the token 2 (window - 1) before it, and on none further back.
     */
    @ParameterizedTest
    @ValueSource(ints = {8, 15, 16, 17, 20, 33})
    void aTokenReachesAsFarAsTheWindowsOfAllLayersTogether(int window) {
        try (LanguageModel model = TinyModels.load(config(MISTRAL + " " + window), EXACT)) {
            int[] text = text(11, 90);
            int farthest = text.length - 2 - 2 * (window - 1);

            List<float[]> found =
                    whole(
                            model,
                            Stream.of(text, changed(text, farthest), changed(text, farthest - 1))
                                    .map(t -> new Case(t, t.length - 1, null))
                                    .toList());

            assertThat(found.get(1)[0]).isNotCloseTo(found.get(0)[0], offset(1e-5f));
            assertThat(found.get(2)[0]).isCloseTo(found.get(0)[0], offset(1e-6f));
        }
    }

    private static int[] changed(int[] text, int at) {
        int[] other = text.clone();
        other[at] = other[at] == 50 ? 51 : 50;
        return other;
    }

    private static List<Case> cases(Adapter adapter) {
        List<int[]> texts = new ArrayList<>();
        for (JsonNode tokens : GOLDEN.get("tokens")) texts.add(FamiliesTest.ints(tokens));
        texts.add(text(9, 48));
        texts.add(text(10, 150));
        return Paths.cases(texts, SPLIT, adapter);
    }

    private static int[] text(long seed, int length) {
        return new SplittableRandom(seed).ints(length, 3, 96).toArray();
    }

    /**
     * Prompts of 60, 62, 79 and 80 tokens, the first two through an adapter: one pass of libtorch's
     * reads their 48 or 64 tokens of whole blocks, one the 12 to 16 after them, shorter ones filled
     * up. That it was two shows in all having a token after them.
     */
    @ParameterizedTest
    @MethodSource("families")
    void promptsThatAreFilledUpToTheLongestOfTheirPassSayWhatTheySayAlone(String family) {
        ModelConfig config = config(family);
        for (EngineOptions options : List.of(EXACT, EXACT.withoutVectors()))
            try (LanguageModel model = TinyModels.load(config, options);
                    Adapter adapter = TinyAdapters.random(model, 3)) {
                List<Case> cases =
                        List.of(
                                new Case(text(60, 72), 60, adapter),
                                new Case(text(62, 74), 62, adapter),
                                new Case(text(79, 91), 79, null),
                                new Case(text(80, 92), 80, null));

                assertSame(generatedTogether(model, cases), whole(model, cases));
            }
    }

    /**
     * The same behind 16 to 48 tokens that other rows have left in the cache, so that every row of
     * the pass goes on from a place of its own.
     */
    @ParameterizedTest
    @MethodSource("families")
    void promptsThatGoOnFromCachedBeginningsOfDifferentLengthsDoToo(String family) {
        ModelConfig config = config(family);
        for (EngineOptions options : List.of(EXACT, EXACT.withoutVectors()))
            try (LanguageModel model = TinyModels.load(config, options);
                    Adapter adapter = TinyAdapters.random(model, 3)) {
                List<Case> cases =
                        List.of(
                                new Case(text(1, 16 + 72), 16 + 60, adapter),
                                new Case(text(2, 32 + 74), 32 + 62, adapter),
                                new Case(text(3, 48 + 91), 48 + 79, null),
                                new Case(text(4, 92), 80, null));

                assertSame(generatedTogether(model, cases, 16, 32, 48), whole(model, cases));
            }
    }

    /**
     * All prompts in two passes, then all ends in one batch.
     *
     * @param known so many first tokens of each text are in the cache before
     */
    private static List<float[]> generatedTogether(
            LanguageModel model, List<Case> cases, int... known) {
        List<Reply> replies = cases.stream().map(c -> new Reply()).toList();
        try (var generator = model.generator(cases.size())) {
            for (int i = 0; i < known.length; i++) {
                Case c = cases.get(i);
                int[] begun = Arrays.copyOf(c.text(), known[i] + 2);
                Case before = new Case(begun, known[i] + 1, c.adapter());
                generator.add(Paths.writing(before), new Reply());
            }
            while (generator.step()) {}
            for (int i = 0; i < replies.size(); i++)
                generator.add(Paths.writing(cases.get(i)), replies.get(i));
            generator.step();
            assertThat(replies).allSatisfy(r -> assertThat(r.tokens()).isEmpty());
            generator.step();
            assertThat(replies).allSatisfy(r -> assertThat(r.tokens()).hasSize(1));
            while (generator.step()) {}
        }
        return replies.stream().map(Paths::logProbs).toList();
    }
}
