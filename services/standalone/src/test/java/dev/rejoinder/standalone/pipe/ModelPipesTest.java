package dev.rejoinder.standalone.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.train.LoraTraining;
import dev.rejoinder.lm.train.TokenObjective;
import dev.rejoinder.reward.flr.FlrScorer;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelPipesTest {
    private static LanguageModel model;

    @BeforeAll
    static void load(@TempDir Path folder) throws Exception {
        TinyModel.llama().write(folder);
        try (ModelFiles files = ModelReader.open(folder)) {
            model = LanguageModels.load(files, EngineOptions.of(Precision.FLOAT32));
        }
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void aReplyIsScoredByOneNumberForEachOfItsTokens() throws Exception {
        JsonNode answer =
                answers(
                                new ScorePipe(model, null),
                                """
                                {"id":"a","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}],"follow_ups":["thanks","no"]}
                                """)
                        .getFirst();

        assertThat(answer.path("id").asText()).isEqualTo("a");
        assertThat(answer.path("reply_log_probs"))
                .hasSize(model.tokenizer().encode("Hello").length)
                .allMatch(p -> p.doubleValue() < 0);
        assertThat(answer.path("follow_ups")).hasSize(2);
        assertThat(answer.path("follow_ups").path(0).path("text").asText()).isEqualTo("thanks");
        assertThat(answer.path("follow_ups").path(1).path("tokens").asInt())
                .isEqualTo(model.tokenizer().encode("no").length);
        assertThat(answer.path("follow_ups").path(0).path("mean_log_prob").doubleValue())
                .isNegative();
    }

    @Test
    void anAdapterChangesWhatIsScoredAndRewarded(@TempDir Path folder) throws Exception {
        String line =
                """
                {"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}],"follow_ups":["thanks"]}
                """;
        learn(folder);
        try (Adapter adapter = model.loadAdapter(folder)) {
            JsonNode scored = answers(new ScorePipe(model, null), line).getFirst();
            JsonNode adapted = answers(new ScorePipe(model, adapter), line).getFirst();
            JsonNode rewarded = answers(new RewardPipe(rewards(null)), line).getFirst();
            JsonNode otherwise = answers(new RewardPipe(rewards(adapter)), line).getFirst();

            assertThat(adapted.path("reply_log_probs").path(0).doubleValue())
                    .isGreaterThan(scored.path("reply_log_probs").path(0).doubleValue());
            assertThat(otherwise.path("reward").doubleValue())
                    .isNotEqualTo(rewarded.path("reward").doubleValue());
            assertThat(otherwise.path("dimensions")).hasSize(6);
        }
    }

    private static FlrScorer rewards(@Nullable Adapter adapter) {
        return new FlrScorer(model, adapter, FlrScorer.DEFAULT_LIMIT);
    }

    /** An adapter that has taken a few large steps towards the reply "Hello". */
    private static void learn(Path folder) {
        int[] prompt = model.chat().prompt(List.of(ChatMessage.user("Hi")));
        Pack pack = new Pack(prompt, List.of(model.tokenizer().encode("Hello")));
        try (LoraTraining training = model.train(AdapterConfig.attention(), 1, 0)) {
            for (int step = 0; step < 3; step++) {
                training.accumulate(pack, ModelPipesTest::negativeLogLikelihood, 1);
                training.update(0.05, 1);
            }
            training.saveAdapter(folder);
        }
    }

    private static TokenObjective.Value negativeLogLikelihood(float[][] logProbs) {
        double loss = 0;
        float[] gradient = new float[logProbs[0].length];
        for (float p : logProbs[0]) loss -= p;
        Arrays.fill(gradient, -1);
        return new TokenObjective.Value(loss, new float[][] {gradient});
    }

    @Test
    void aChatThatDoesNotEndWithAReplyCannotBeScored() throws Exception {
        JsonNode answer =
                answers(
                                new ScorePipe(model, null),
                                "{\"id\":1,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}\n")
                        .getFirst();

        assertThat(answer.path("error").asText()).contains("user").contains("assistant");
    }

    @Test
    void theSameSeedGeneratesTheSameReplyInOpenAisShape() throws Exception {
        String line =
                """
                {"id":"g","messages":[{"role":"user","content":"Hi"}],"max_tokens":6,"temperature":1,"seed":9}
                """;
        try (GeneratePipe pipe = new GeneratePipe(model, null, Clock.systemUTC())) {
            List<JsonNode> twice = answers(pipe, line.strip() + "\n" + line.strip() + "\n");

            JsonNode first = twice.getFirst();
            assertThat(first.path("id").asText()).isEqualTo("g");
            assertThat(first.path("object").asText()).isEqualTo("chat.completion");
            assertThat(first.path("choices").path(0).path("message").path("role").asText())
                    .isEqualTo("assistant");
            assertThat(first.path("usage").path("completion_tokens").asInt()).isBetween(1, 6);
            assertThat(twice.get(1).path("choices")).isEqualTo(first.path("choices"));
        }
    }

    @Test
    void limitsAreNamedWithTheValueThatBreaksThem() throws Exception {
        try (GeneratePipe pipe = new GeneratePipe(model, null, Clock.systemUTC())) {
            List<JsonNode> answers =
                    answers(
                            pipe,
                            """
                            {"messages":[{"role":"user","content":"Hi"}],"max_tokens":0}
                            {"messages":[{"role":"user","content":"Hi"}],"temperature":3}
                            {"messages":[{"role":"robot","content":"Hi"}]}
                            {"messages":"Hi"}
                            {"messages":[{"role":"user","content":"Hi"}],"max_tokens":1.5}
                            {"messages":[{"role":"user","content":"Hi"}],"seed":"nine"}
                            {"messages":[{"role":"user","content":"Hi"}],"model":"another"}
                            """);

            assertThat(answers.get(0).path("error").asText()).contains("max_tokens of 0");
            assertThat(answers.get(1).path("error").asText())
                    .contains("temperature of 3")
                    .contains("0 to 2");
            assertThat(answers.get(2).path("error").asText())
                    .contains("robot")
                    .contains("assistant");
            assertThat(answers.get(3).path("error").asText()).contains("messages");
            assertThat(answers.get(4).path("error").asText()).contains("max_tokens of 1.5");
            assertThat(answers.get(5).path("error").asText()).contains("seed is no number");
            assertThat(answers.get(6).path("error").asText())
                    .contains("another")
                    .contains("--model");
        }
    }

    private static List<JsonNode> answers(JsonLines.Answer pipe, String in) throws Exception {
        StringWriter out = new StringWriter();
        JsonLines.run(
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(out),
                4,
                pipe);
        List<JsonNode> answers = new ArrayList<>();
        for (String line : out.toString().lines().toList())
            answers.add(new ObjectMapper().readTree(line));
        return answers;
    }
}
