package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.score.Pack;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Agreement with transformers 4.57.1 and peft 0.21.2 in float32 on the same file; the figures stand
 * in {@code smollm2-135m-instruct.json}.
 */
class SmolLmGoldenTest {
    private static final JsonNode GOLDEN = TinyModels.golden("smollm2-135m-instruct.json");
    private static final double TOLERANCE = 2e-3;

    private static LanguageModel model;

    @BeforeAll
    static void load() {
        model = SmolLm.load(Precision.FLOAT32);
    }

    @AfterAll
    static void close() {
        if (model != null) model.close();
    }

    @Test
    void greedyRepliesOfAllDialoguesInOneBatchAreTheGoldenOnes() {
        var replies = new ArrayList<Reply>();
        try (var generator = model.generator(3)) {
            for (JsonNode d : GOLDEN.get("dialogues")) {
                var reply = new Reply();
                int[] prompt = ints(d.get("prompt_ids"));
                var sampling = new Sampling(0, 1, 0, 5);
                generator.add(
                        new GenerationRequest(prompt, sampling, length(d), List.of(), null), reply);
                replies.add(reply);
            }

            while (generator.step()) {}
        }

        for (int i = 0; i < replies.size(); i++) {
            JsonNode d = GOLDEN.get("dialogues").get(i);
            assertThat(replies.get(i).text()).isEqualTo(d.get("greedy_text").asText());
            assertTopLogProbs(replies.get(i), d.get("top5_log_probs"));
        }
    }

    private static int length(JsonNode dialogue) {
        return dialogue.get("greedy_ids").size();
    }

    private static void assertTopLogProbs(Reply reply, JsonNode golden) {
        var top = reply.tokens().getFirst().top();
        for (int i = 0; i < golden.size(); i++) {
            assertThat(top.get(i).id()).isEqualTo(golden.get(i).get(0).asInt());
            assertThat(top.get(i).logProb())
                    .isCloseTo(golden.get(i).get(1).asDouble(), within(TOLERANCE));
        }
    }

    @Test
    void packedRepliesAndFollowUpsHaveTheGoldenLogProbabilities() {
        for (JsonNode d : GOLDEN.get("dialogues")) {
            int[] prompt = ints(d.get("prompt_ids"));
            int[] reply = ints(d.get("reply_ids"));
            int[] prefix = join(join(prompt, reply), model.chat().followUpBridge());
            var followUps = new ArrayList<int[]>();
            for (JsonNode f : d.get("follow_ups")) followUps.add(ints(f.get("ids")));

            float[][][] scored =
                    model.score(
                            List.of(new Pack(prompt, List.of(reply)), new Pack(prefix, followUps)),
                            null);

            JsonNode expected = d.get("reply_log_probs");
            for (int t = 0; t < expected.size(); t++)
                assertThat((double) scored[0][0][t])
                        .isCloseTo(expected.get(t).asDouble(), within(TOLERANCE));
            for (int f = 0; f < followUps.size(); f++)
                assertThat(mean(scored[1][f]))
                        .isCloseTo(
                                d.get("follow_ups").get(f).get("mean_log_prob").asDouble(),
                                within(TOLERANCE));
        }
    }

    static int[] ints(JsonNode array) {
        return FamiliesTest.ints(array);
    }

    static int[] join(int[] a, int[] b) {
        return IntStream.concat(IntStream.of(a), IntStream.of(b)).toArray();
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float v : values) sum += v;
        return sum / values.length;
    }
}
