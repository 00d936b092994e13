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
            assertThat(answers.get(4).path("error").asText())
                    .contains("max_tokens \"1.5\" is not an integer");
            assertThat(answers.get(5).path("error").asText())
                    .contains("seed \"nine\" is not an integer");
            assertThat(answers.get(6).path("error").asText())
                    .contains("another")
                    .contains("--model");
        }
    }

    /** The replies to the same chat with these fields. */
    private static List<JsonNode> replies(String... fields) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (String each : fields)
            lines.append("{'messages':[{'role':'user','content':'Hi'}],%s}\n".formatted(each));
        try (GeneratePipe pipe = new GeneratePipe(model, null, Clock.systemUTC())) {
            return answers(pipe, lines.toString().replace('\'', '"'));
        }
    }

    private static List<String> texts(String... fields) throws Exception {
        return replies(fields).stream()
                .map(answer -> answer.at("/choices/0/message/content").asText())
                .toList();
    }

    @Test
    void onlyTheLikeliestTokensAreDrawnWhereALineSaysSo() throws Exception {
        String hot = "'max_tokens':12,'temperature':2,'seed':4";

        List<String> texts =
                texts(
                        "'max_tokens':12,'temperature':0",
                        hot,
                        hot + ",'top_k':1",
                        hot + ",'min_p':1",
                        hot + ",'top_p':0.001");

        assertThat(texts.get(1)).isNotEqualTo(texts.getFirst());
        assertThat(texts.subList(2, 5)).containsOnly(texts.getFirst());
    }

    @Test
    void tokensThatAreThereAreLessLikelyWhereALineSaysSo() throws Exception {
        String greedy = "'max_tokens':40,'temperature':0";

        List<String> texts =
                texts(
                        greedy,
                        greedy + ",'presence_penalty':2",
                        greedy + ",'frequency_penalty':2",
                        greedy + ",'repetition_penalty':5");

        assertThat(distinctCharacters(texts.subList(1, 4)))
                .allMatch(n -> n > distinctCharacters(texts.subList(0, 1)).getFirst());
    }

    private static List<Long> distinctCharacters(List<String> texts) {
        return texts.stream().map(text -> text.chars().distinct().count()).toList();
    }

    @Test
    void aReplyEndsAtALinesStopText() throws Exception {
        String onlyA =
                "'max_tokens':6,'temperature':0,'logit_bias':{'%d':100}"
                        .formatted(model.tokenizer().encode("a")[0]);

        List<JsonNode> answers = replies(onlyA, onlyA + ",'stop':['x','aaa']");

        assertThat(answers.getFirst().at("/choices/0/message/content").asText())
                .isEqualTo("aaaaaa");
        JsonNode stopped = answers.getLast();
        assertThat(stopped.at("/choices/0/message/content").asText()).isEmpty();
        assertThat(stopped.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(stopped.at("/usage/completion_tokens").asInt()).isEqualTo(3);
    }

    @Test
    void aReplyIsTheJsonThatALineAsksFor() throws Exception {
        List<String> texts =
                texts(
                        "'max_tokens':400,'seed':1,'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':{'enum':['yes']}}}",
                        "'max_tokens':400,'seed':1,'temperature':0,'response_format':{'type':'json_object'},'logit_bias':{'%d':100}"
                                .formatted(model.tokenizer().encode("}")[0]));

        assertThat(texts.get(0)).isEqualTo("\"yes\"");
        assertThat(new ObjectMapper().readTree(texts.get(1))).isEmpty();
    }

    @Test
    void aFieldThatCannotBeHonouredIsRefusedOnItsLineAndTheRestGoesOn() throws Exception {
        List<JsonNode> answers =
                replies(
                        "'top_k':-1",
                        "'min_p':2",
                        "'repetition_penalty':0",
                        "'presence_penalty':3",
                        "'frequency_penalty':-3",
                        "'logit_bias':{'x':1}",
                        "'logit_bias':{'99999':1}",
                        "'stop':['a','b','c','d','e']",
                        "'response_format':{'type':'xml'}",
                        "'response_format':{'type':'json_schema','json_schema':{'schema':{'type':'string','pattern':'x'}}}",
                        "'tools':[{}]",
                        "'n':3",
                        "'logprobs':true",
                        "'max_tokens':99999",
                        "'max_tokens':2");

        assertThat(answers.stream().map(answer -> answer.path("error").asText()))
                .zipSatisfy(
                        List.of(
                                "top_k of -1",
                                "min_p of 2.0 is outside 0 to 1",
                                "repetition_penalty of 0.0 is outside (0, 10]",
                                "presence_penalty of 3.0 is outside -2 to 2",
                                "frequency_penalty of -3.0 is outside -2 to 2",
                                "names \"x\", which is no token id",
                                "names token 99999, and the model's are 0 to 259",
                                "stop of 5 texts is outside 0 to 4",
                                "response_format.type is \"xml\"",
                                "response_format.json_schema.schema is not supported",
                                "tools is not supported",
                                "n of 3 is outside 1 to 1",
                                "logprobs are given by a running platform only",
                                "max_tokens of 99999 after a prompt of",
                                ""),
                        (error, wanted) -> assertThat(error).contains(wanted));
        for (int i = 0; i < 14; i++)
            assertThat(answers.get(i).path("line").asInt()).isEqualTo(i + 1);
        assertThat(answers.getLast().path("object").asText()).isEqualTo("chat.completion");
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
