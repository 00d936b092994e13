package dev.rejoinder.lm.djl;

import static dev.rejoinder.lm.djl.SmolLmGoldenTest.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.train.TokenObjective;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One LoRA-DPO step against peft 0.21.2 and torch 2.7.1. */
class SmolLmDpoTest {
    private static final JsonNode GOLDEN =
            TinyModels.golden("smollm2-135m-instruct.json").get("lora_dpo");
    private static final AdapterConfig RANK_4 =
            new AdapterConfig(4, 8, List.of("q_proj", "k_proj", "v_proj", "o_proj"), false);
    private static final double SPREAD = 0.04;

    private static LanguageModel model;

    @TempDir Path folder;

    @BeforeAll
    static void load() {
        model = SmolLm.load(Precision.FLOAT32);
    }

    @AfterAll
    static void close() {
        if (model != null) model.close();
    }

    @Test
    void lossAndGradientNormsOfADpoStepAreThoseOfPeft() {
        try (var training = (TorchTraining) model.train(RANK_4, 1, 0)) {
            LoraShape shape = formula(training);
            int pairs = GOLDEN.get("pairs").size();
            double loss = 0;
            for (JsonNode pair : GOLDEN.get("pairs")) {
                Pack pack = pack(pair);
                double reference = margin(model.score(List.of(pack), null)[0]);
                double own = training.accumulate(pack, dpo(reference, 0.1), 1.0 / pairs);
                assertThat(own)
                        .isCloseTo(pair.get("dpo_loss_beta_0_1").asDouble(), withPercentage(1));
                loss += own / pairs;
            }

            float[] gradient = training.gradient();

            assertThat(loss).isCloseTo(GOLDEN.get("mean_loss").asDouble(), within(1e-4));
            assertThat(AdamW.norm(gradient))
                    .isCloseTo(GOLDEN.get("gradient_norm").asDouble(), withPercentage(1));
            for (var entry : GOLDEN.get("gradient_norm_of").properties()) {
                String name = entry.getKey().replace(".default", "");
                assertThat(normOf(shape, name, gradient))
                        .describedAs(name)
                        .isCloseTo(entry.getValue().asDouble(), withPercentage(1));
            }
        }
    }

    @Test
    void aSavedAdapterScoresRepliesAsTheGoldenPolicyDoes() {
        try (var training = (TorchTraining) model.train(RANK_4, 1, 0)) {
            formula(training);
            training.saveAdapter(folder);

            try (var adapter = model.loadAdapter(folder)) {
                for (JsonNode pair : GOLDEN.get("pairs")) {
                    float[][] scored = model.score(List.of(pack(pair)), adapter)[0];
                    assertThat(sum(scored[0]))
                            .isCloseTo(pair.get("policy_chosen").asDouble(), within(1e-2));
                    assertThat(sum(scored[1]))
                            .isCloseTo(pair.get("policy_rejected").asDouble(), within(1e-2));
                }
                assertThat(adapter.digest()).isEqualTo(training.current().digest());
            }
        }
    }

    /** Gives the training the golden parameters. */
    private LoraShape formula(TorchTraining training) {
        LoraShape shape = training.shape();
        List<String> names =
                shape.matrices().stream().map(LoraShape.Matrix::name).sorted().toList();
        float[] values = new float[shape.parameters()];
        for (LoraShape.Matrix m : shape.matrices())
            for (int i = 0; i < m.size(); i++) {
                double u = FormulaWeights.uniform(names.indexOf(m.name()), i);
                values[m.offset() + i] = (float) ((u - 0.5) * SPREAD);
            }
        float[] zeros = new float[values.length];
        Path file = folder.resolve("formula.checkpoint");
        new Checkpoint(RANK_4.toString(), model.info().digest(), 0, values, zeros, zeros)
                .write(file);
        training.restore(file);
        return shape;
    }

    private static Pack pack(JsonNode pair) {
        var messages = new ArrayList<ChatMessage>();
        for (JsonNode m : pair.get("messages"))
            messages.add(
                    new ChatMessage(
                            Role.valueOf(m.get("role").asText().toUpperCase(Locale.ROOT)),
                            m.get("content").asText()));
        return new Pack(
                model.chat().prompt(messages),
                List.of(reply(pair.get("chosen")), reply(pair.get("rejected"))));
    }

    private static int[] reply(JsonNode text) {
        return join(model.tokenizer().encode(text.asText()), new int[] {model.chat().endOfTurn()});
    }

    /** DPO, equation 7 of Rafailov et al. 2023, and its derivative by each log-probability. */
    static TokenObjective dpo(double referenceMargin, double beta) {
        return logProbs -> {
            double z = beta * (margin(logProbs) - referenceMargin);
            double slope = -beta / (1 + Math.exp(z));
            float[][] gradient = {new float[logProbs[0].length], new float[logProbs[1].length]};
            Arrays.fill(gradient[0], (float) slope);
            Arrays.fill(gradient[1], (float) -slope);
            return new TokenObjective.Value(Math.log1p(Math.exp(-z)), gradient);
        };
    }

    static double margin(float[][] logProbs) {
        return sum(logProbs[0]) - sum(logProbs[1]);
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float v : values) sum += v;
        return sum;
    }

    private static double normOf(LoraShape shape, String name, float[] gradient) {
        LoraShape.Matrix m =
                shape.matrices().stream()
                        .filter(x -> x.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        return AdamW.norm(Arrays.copyOfRange(gradient, m.offset(), m.offset() + m.size()));
    }
}
