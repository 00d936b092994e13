package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Offset.offset;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.score.Probe;
import dev.rejoinder.lm.score.Probe.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ScoringTest {
    private static final long SEED = 7;

    private static LanguageModel model;

    @BeforeAll
    static void load() {
        var options = EngineOptions.of(Precision.FLOAT32).withThreads(1).withScoringTokens(64);
        model = TinyModels.load(TinyModels.llama(), options);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void packedContinuationsScoreAsTheyDoOneByOneAndWithAnAdapterToo() {
        List<Pack> packs = packs(12);
        try (var adapter = TinyAdapters.random(model, 1)) {
            float[][][] base = model.score(packs, null);
            float[][][] adapted = model.score(packs, adapter);

            for (int p = 0; p < packs.size(); p++)
                for (int c = 0; c < packs.get(p).continuations().size(); c++) {
                    var alone =
                            List.of(
                                    new Pack(
                                            packs.get(p).prefix(),
                                            List.of(packs.get(p).continuations().get(c))));
                    String what = "pack %d, continuation %d of seed %d".formatted(p, c, SEED);
                    assertThat(base[p][c])
                            .describedAs(what)
                            .containsExactly(model.score(alone, null)[0][0], offset(1e-4f));
                    assertThat(adapted[p][c])
                            .describedAs(what)
                            .containsExactly(model.score(alone, adapter)[0][0], offset(1e-4f));
                }
        }
    }

    @Test
    void aPackPastTheContextIsRefused() {
        var pack = new Pack(new int[500], List.of(new int[13]));

        assertThatThrownBy(() -> model.score(List.of(pack), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("500", "13", "512");
    }

    @Test
    void aSpansStateIsTheMeanOfItsTokensStatesAtEveryLayerAskedFor() {
        int[] tokens = GenerationTest.prompt(9, 4);
        var spans = new ArrayList<Span>();
        spans.add(new Span(2, 6));
        for (int t = 2; t < 6; t++) spans.add(new Span(t, t + 1));
        var probe = new Probe(tokens, List.of(2, 0), spans, new Span(3, 9));

        float[][] states = model.read(List.of(probe)).getFirst().states();

        for (int layer = 0; layer < 2; layer++)
            for (int h = 0; h < model.info().hidden(); h++) {
                double mean = 0;
                for (int t = 1; t < spans.size(); t++) mean += states[t * 2 + layer][h] / 4;
                assertThat((double) states[layer][h]).isCloseTo(mean, within(1e-5));
            }
    }

    @Test
    void theStateAtLayerZeroIsTheEmbedding() {
        var probe =
                new Probe(new int[] {5, 8}, List.of(0), List.of(new Span(1, 2)), new Span(1, 2));

        float[] state = model.read(List.of(probe)).getFirst().states()[0];

        int hidden = model.info().hidden();
        float[] embedding =
                new FormulaWeights(TinyModels.llama()).read("model.embed_tokens.weight");
        for (int h = 0; h < hidden; h++) assertThat(state[h]).isEqualTo(embedding[8 * hidden + h]);
    }

    @Test
    void aTextReadThroughAnAdapterIsTheAdaptersText() {
        int[] tokens = GenerationTest.prompt(12, 5);
        var probe = new Probe(tokens, List.of(2), List.of(new Span(11, 12)), new Span(4, 12));
        var pack = new Pack(Arrays.copyOf(tokens, 4), List.of(Arrays.copyOfRange(tokens, 4, 12)));
        try (var adapter = TinyAdapters.random(model, 1)) {
            Probe.Reading base = model.read(List.of(probe)).getFirst();
            Probe.Reading adapted = model.read(List.of(probe), adapter).getFirst();

            assertThat(adapted.logProbs())
                    .containsExactly(model.score(List.of(pack), adapter)[0][0], offset(1e-4f));
            assertThat(base.logProbs())
                    .containsExactly(model.score(List.of(pack), null)[0][0], offset(1e-4f));
            assertThat(adapted.states()[0]).isNotEqualTo(base.states()[0]);
        }
    }

    @Test
    void textsOfAnyLengthReadTogetherAsTheyDoAlone() {
        var random = new Random(SEED);
        var probes = new ArrayList<Probe>();
        for (int i = 0; i < 8; i++) {
            int[] tokens = GenerationTest.prompt(4 + random.nextInt(40), i);
            var spans = List.of(new Span(0, 2), new Span(1, tokens.length));
            probes.add(new Probe(tokens, List.of(1, 2), spans, new Span(1, tokens.length)));
        }

        List<Probe.Reading> together = model.read(probes);

        for (int i = 0; i < probes.size(); i++) {
            var alone = model.read(List.of(probes.get(i))).getFirst();
            assertThat(together.get(i).logProbs()).containsExactly(alone.logProbs(), offset(1e-4f));
            for (int s = 0; s < alone.states().length; s++)
                assertThat(together.get(i).states()[s])
                        .containsExactly(alone.states()[s], offset(1e-4f));
        }
    }

    private static List<Pack> packs(int count) {
        var random = new Random(SEED);
        var packs = new ArrayList<Pack>();
        for (int p = 0; p < count; p++) {
            var continuations = new ArrayList<int[]>();
            for (int c = 0; c <= random.nextInt(6); c++)
                continuations.add(GenerationTest.prompt(1 + random.nextInt(12), random.nextInt(3)));
            packs.add(new Pack(GenerationTest.prompt(1 + random.nextInt(40), p), continuations));
        }
        return packs;
    }
}
