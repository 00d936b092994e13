package dev.rejoinder.lm.djl;

import static dev.rejoinder.lm.djl.Paths.assertSame;
import static dev.rejoinder.lm.djl.Paths.generated;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.djl.Paths.Case;
import dev.rejoinder.lm.vector.VectorDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What {@link PathsTest} says of tiny models, of thirty layers: the golden dialogues' greedy
 * replies, with and without an adapter, have the same log-probabilities whichever way they are
 * computed.
 */
class SmolLmPathsTest {
    private static final JsonNode DIALOGUES =
            TinyModels.golden("smollm2-135m-instruct.json").get("dialogues");

    /** One thread: a second one gains little here, and waits where other tests run beside. */
    private static final EngineOptions EXACT = EngineOptions.of(Precision.FLOAT32).withThreads(1);

    /** Prompts of 37, 58 and 26 tokens. */
    private static final int TEXTS = 3;

    private static final long SEED = 3;
    private static final int MOST_SAID = 12;

    /** Of an adapter's factors: enough to change what is said, and to say it in sentences. */
    private static final double SPREAD = 0.04;

    /** Loading takes longest, so one model reads chunks of a block and is what others go by. */
    private static List<float[]> whole;

    @BeforeAll
    static void scoreEachTextAtOnce() {
        assertThat(VectorDecoder.available()).isTrue();
        try (LanguageModel model = SmolLm.load(EXACT.withPrefillTokens(16));
                Adapter adapter = TinyAdapters.random(model, SEED, SPREAD)) {
            whole = Paths.whole(model, cases(model, adapter));

            assertThat(whole.get(0)).isNotEqualTo(whole.get(1));
            assertSame(Paths.packed(model, cases(model, adapter)), whole);
            assertSame(generated(model, cases(model, adapter)), whole);
            assertSame(generated(model, cases(model, adapter), 1), whole);
        }
    }

    @Test
    void libtorchAloneSaysTheSameInChunksAndInABatch() {
        try (LanguageModel model = SmolLm.load(EXACT.withPrefillTokens(32).withoutVectors());
                Adapter adapter = TinyAdapters.random(model, SEED, SPREAD)) {
            assertSame(generated(model, cases(model, adapter)), whole);
        }
    }

    /** The prompt too; of the shortest text. */
    @Test
    void theSameComesOutTokenByToken() {
        try (LanguageModel model = SmolLm.load(EXACT.withPrefillTokens(1));
                Adapter adapter = TinyAdapters.random(model, SEED, SPREAD)) {
            int shortest = 2 * (TEXTS - 1);
            List<Case> cases = cases(model, adapter).subList(shortest, shortest + 2);

            assertSame(generated(model, cases), whole.subList(shortest, shortest + 2));
        }
    }

    private static List<Case> cases(LanguageModel model, Adapter adapter) {
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < TEXTS; i++) {
            JsonNode dialogue = DIALOGUES.get(i);
            int[] prompt = FamiliesTest.ints(dialogue.get("prompt_ids"));
            int[] said =
                    Arrays.stream(FamiliesTest.ints(dialogue.get("greedy_ids")))
                            .limit(MOST_SAID)
                            .takeWhile(id -> !model.chat().isStop(id))
                            .toArray();
            int[] text = SmolLmGoldenTest.join(prompt, said);
            cases.add(new Case(text, prompt.length, null));
            cases.add(new Case(text, prompt.length, adapter));
        }
        return cases;
    }
}
