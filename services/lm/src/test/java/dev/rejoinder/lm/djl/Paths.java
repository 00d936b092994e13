package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.score.Pack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The ways in which a model comes to the log-probabilities of the ends of given texts. */
final class Paths {
    private static final float TOLERANCE = 1e-4f;

    private Paths() {}

    /**
     * A text, and the adapter it is read through.
     *
     * @param split so much is the prompt where a beginning is
     */
    record Case(int[] text, int split, @Nullable Adapter adapter) {
        int[] beginning() {
            return Arrays.copyOf(text, split);
        }

        int[] end() {
            return Arrays.copyOfRange(text, split, text.length);
        }
    }

    /** Every text without the adapter and with it, so that neighbours in a batch differ. */
    static List<Case> cases(List<int[]> texts, double split, Adapter adapter) {
        List<Case> cases = new ArrayList<>();
        for (int[] text : texts) {
            int prompt = (int) (text.length * split);
            cases.add(new Case(text, prompt, null));
            cases.add(new Case(text, prompt, adapter));
        }
        return cases;
    }

    /** Each text alone and at once, behind its first token. */
    static List<float[]> whole(LanguageModel model, List<Case> cases) {
        List<float[]> logProbs = new ArrayList<>();
        for (Case c : cases) {
            int[] text = c.text();
            int[] rest = Arrays.copyOfRange(text, 1, text.length);
            var pack = new Pack(Arrays.copyOf(text, 1), List.of(rest));
            float[] all = model.score(List.of(pack), c.adapter())[0][0];
            logProbs.add(Arrays.copyOfRange(all, c.split() - 1, all.length));
        }
        return logProbs;
    }

    /** Behind its beginning as one of three continuations, all texts of an adapter in one batch. */
    static List<float[]> packed(LanguageModel model, List<Case> cases) {
        float[][] logProbs = new float[cases.size()][];
        for (Adapter adapter : Arrays.asList(null, adapterOf(cases))) {
            List<Integer> own = new ArrayList<>();
            List<Pack> packs = new ArrayList<>();
            for (int i = 0; i < logProbs.length; i++) {
                Case c = cases.get(i);
                if (c.adapter() != adapter) continue;
                own.add(i);
                packs.add(
                        new Pack(
                                c.beginning(),
                                List.of(new int[] {1, 2, 3}, c.end(), new int[] {4})));
            }
            float[][][] scored = model.score(packs, adapter);
            for (int i = 0; i < scored.length; i++) logProbs[own.get(i)] = scored[i][1];
        }
        return Arrays.asList(logProbs);
    }

    private static Adapter adapterOf(List<Case> cases) {
        return cases.stream().map(Case::adapter).filter(Objects::nonNull).findFirst().orElseThrow();
    }

    /** Made to write the ends of their texts, all in one batch. */
    static List<float[]> generated(LanguageModel model, List<Case> cases) {
        return generated(model, cases, cases.size());
    }

    /**
     * Made to write the ends of their texts.
     *
     * @param capacity texts in the batch at a time
     */
    static List<float[]> generated(LanguageModel model, List<Case> cases, int capacity) {
        List<Reply> replies = new ArrayList<>();
        try (var generator = model.generator(capacity)) {
            for (Case c : cases) {
                Reply reply = new Reply();
                replies.add(reply);
                generator.add(writing(c), reply);
            }
            while (generator.step()) {}
        }
        return replies.stream().map(Paths::logProbs).toList();
    }

    static GenerationRequest writing(Case c) {
        int[] end = c.end();
        return new GenerationRequest(
                c.beginning(),
                Sampling.greedy(),
                end.length,
                List.of(),
                c.adapter(),
                () -> new Forced(end));
    }

    static float[] logProbs(Reply reply) {
        assertThat(reply.error()).isNull();
        float[] seen = new float[reply.tokens().size()];
        for (int i = 0; i < seen.length; i++) seen[i] = (float) reply.tokens().get(i).logProb();
        return seen;
    }

    static void assertSame(List<float[]> actual, List<float[]> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++)
            assertThat(actual.get(i))
                    .as("text %d", i)
                    .containsExactly(expected.get(i), offset(TOLERANCE));
    }
}
