package dev.rejoinder.lm.djl;

import static java.lang.Double.NaN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.score.Pack;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Agreement with transformers 4.57.1 in float32, whose figures stand in {@code families.json}. */
class FamiliesTest {
    private static final JsonNode GOLDEN = TinyModels.golden("families.json");
    private static final EngineOptions EXACT = EngineOptions.of(Precision.FLOAT32).withThreads(1);

    static Stream<String> families() {
        var names = GOLDEN.get("families").fieldNames();
        return StreamSupport.stream(((Iterable<String>) () -> names).spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("families")
    void everyFamilyGivesTheLogProbabilitiesOfTransformers(String family) {
        JsonNode golden = GOLDEN.get("families").get(family);
        try (var model =
                TinyModels.load(TinyModels.config(golden.get("config")), Precision.FLOAT32)) {
            for (int i = 0; i < GOLDEN.get("tokens").size(); i++) {
                int[] tokens = ints(GOLDEN.get("tokens").get(i));

                float[] logProbs = score(model, tokens);

                double sum = 0;
                for (float p : logProbs) sum += p;
                assertThat(sum)
                        .isCloseTo(
                                golden.get("sum_log_prob_of_tokens").get(i).asDouble(),
                                within(1e-4));
            }
        }
    }

    /** After every beginning of the texts, by the vector units and by libtorch. */
    @ParameterizedTest
    @MethodSource("families")
    void everyFamilyGeneratesWhatTransformersFindsLikeliest(String family) {
        JsonNode golden = GOLDEN.get("families").get(family);
        for (EngineOptions options : List.of(EXACT, EXACT.withoutVectors()))
            try (var model = TinyModels.load(TinyModels.config(golden.get("config")), options)) {
                for (int i = 0; i < GOLDEN.get("tokens").size(); i++) {
                    int[] tokens = ints(GOLDEN.get("tokens").get(i));

                    List<Reply> replies =
                            answer(
                                    model,
                                    IntStream.rangeClosed(1, tokens.length)
                                            .mapToObj(
                                                    n -> Reply.greedy(Arrays.copyOf(tokens, n), 1))
                                            .toList());

                    assertThat(replies.stream().mapToInt(r -> r.ids().getFirst()).toArray())
                            .containsExactly(ints(golden.get("argmax").get(i)));
                    assertThat(replies).extracting(Reply::reason).containsOnly(FinishReason.LENGTH);
                }
            }
    }

    /**
     * Logits less the first one: what all have in common cancels in every probability, so a model
     * that says log-probabilities does not say it.
     */
    @ParameterizedTest
    @MethodSource("families")
    void theLogitsAfterTheLastTokenAreThoseOfTransformers(String family) {
        JsonNode golden = GOLDEN.get("families").get(family);
        for (EngineOptions options : List.of(EXACT, EXACT.withoutVectors()))
            try (var model = TinyModels.load(TinyModels.config(golden.get("config")), options)) {
                for (int i = 0; i < GOLDEN.get("tokens").size(); i++) {
                    int[] tokens = ints(GOLDEN.get("tokens").get(i));
                    JsonNode logits = golden.get("last_logits_first_8").get(i);
                    double[] expected = new double[logits.size()];
                    for (int id = 0; id < expected.length; id++)
                        expected[id] = logits.get(id).asDouble() - logits.get(0).asDouble();

                    double[] scored = scoredNext(model, tokens, expected.length);
                    double[] generated = generatedNext(model, tokens, expected.length);

                    double first = scored[0];
                    assertThat(Arrays.stream(scored).map(p -> p - first).toArray())
                            .containsExactly(expected, offset(1e-4));
                    for (int id = 0; id < expected.length; id++)
                        if (id != TinyModels.STOP)
                            assertThat(generated[id]).isCloseTo(scored[id], within(1e-4));
                }
            }
    }

    /** Of ids 0 and up after a text, each from a row that is made to say it; one says nothing. */
    private static double[] generatedNext(LanguageModel model, int[] tokens, int ids) {
        return answer(
                        model,
                        IntStream.range(0, ids)
                                .mapToObj(id ->
                                        new GenerationRequest(
                                                tokens,
                                                Sampling.greedy(),
                                                1,
                                                List.of(),
                                                null,
                                                () -> new Forced(new int[] {id})))
                                .toList())
                .stream()
                .mapToDouble(r -> r.tokens().isEmpty() ? NaN : r.tokens().getFirst().logProb())
                .toArray();
    }

    private static double[] scoredNext(LanguageModel model, int[] tokens, int ids) {
        List<int[]> each = IntStream.range(0, ids).mapToObj(id -> new int[] {id}).toList();
        float[][] scored = model.score(List.of(new Pack(tokens, each)), null)[0];
        return Arrays.stream(scored).mapToDouble(s -> s[0]).toArray();
    }

    /** All in one batch. */
    private static List<Reply> answer(LanguageModel model, List<GenerationRequest> requests) {
        List<Reply> replies = requests.stream().map(r -> new Reply()).toList();
        try (var generator = model.generator(requests.size())) {
            for (int i = 0; i < replies.size(); i++) generator.add(requests.get(i), replies.get(i));
            while (generator.step()) {}
        }
        return replies;
    }

    /** Prompts of this length take the packed fp16 matrices, scores the bfloat16 ones. */
    @ParameterizedTest
    @MethodSource("families")
    void everyFamilySaysNearlyTheSameInHalfTheBits(String family) {
        var config = TinyModels.config(GOLDEN.get("families").get(family).get("config"));
        int[] tokens = ints(GOLDEN.get("tokens").get(0));
        var request = new GenerationRequest(tokens, new Sampling(0, 1, 0, 5), 1, List.of(), null);
        var exact = new Reply();
        var rounded = new Reply();
        try (var model = TinyModels.load(config, Precision.FLOAT32);
                var half = TinyModels.load(config, Precision.BFLOAT16);
                var exactly = model.generator(1);
                var nearly = half.generator(1)) {
            exactly.add(request, exact);
            nearly.add(request, rounded);

            while (exactly.step() | nearly.step()) {}

            var expected = exact.tokens().getFirst();
            var actual = rounded.tokens().getFirst();
            assertThat(actual.id()).isEqualTo(expected.id());
            assertThat(actual.logProb()).isCloseTo(expected.logProb(), within(0.05));
            assertThat(score(half, tokens)).containsExactly(score(model, tokens), offset(0.3f));
        }
    }

    private static float[] score(LanguageModel model, int[] tokens) {
        int[] rest = Arrays.copyOfRange(tokens, 1, tokens.length);
        return model.score(List.of(new Pack(new int[] {tokens[0]}, List.of(rest))), null)[0][0];
    }

    static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) values[i] = array.get(i).asInt();
        return values;
    }
}
