package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.score.Pack;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Agreement with transformers 4.57.1 in float32, whose figures stand in {@code families.json}. */
class FamiliesTest {
    private static final JsonNode GOLDEN = TinyModels.golden("families.json");

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

    @ParameterizedTest
    @MethodSource("families")
    void everyFamilyGeneratesWhatTransformersFindsLikeliest(String family) {
        JsonNode golden = GOLDEN.get("families").get(family);
        try (var model =
                        TinyModels.load(
                                TinyModels.config(golden.get("config")), Precision.FLOAT32);
                var generator = model.generator(2)) {
            for (int i = 0; i < GOLDEN.get("tokens").size(); i++) {
                var reply = new Reply();
                generator.add(Reply.greedy(ints(GOLDEN.get("tokens").get(i)), 1), reply);

                while (generator.step()) {}

                JsonNode argmax = golden.get("argmax").get(i);
                assertThat(reply.ids()).containsExactly(argmax.get(argmax.size() - 1).asInt());
                assertThat(reply.reason()).isEqualTo(FinishReason.LENGTH);
            }
        }
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

    private static float[] score(dev.rejoinder.lm.LanguageModel model, int[] tokens) {
        int[] rest = java.util.Arrays.copyOfRange(tokens, 1, tokens.length);
        return model.score(List.of(new Pack(new int[] {tokens[0]}, List.of(rest))), null)[0][0];
    }

    static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) values[i] = array.get(i).asInt();
        return values;
    }
}
