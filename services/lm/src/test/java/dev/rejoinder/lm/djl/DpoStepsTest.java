package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.adapter.PeftFolder;
import dev.rejoinder.lm.score.Pack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten AdamW steps of DPO against torch, transformers and PEFT, whose figures stand in {@code
 * dpo_steps.json} and come from {@code scripts/dpo_figures.py}.
 */
class DpoStepsTest {
    private static final JsonNode GOLDEN = TinyModels.golden("dpo_steps.json");

    /** Float32 on both sides, summed in another order. */
    private static final double PERCENT = 0.1;

    private static final AdapterConfig CONFIG =
            new AdapterConfig(
                    GOLDEN.get("rank").asInt(),
                    GOLDEN.get("alpha").asDouble(),
                    Arrays.asList(strings(GOLDEN.get("targets"))),
                    false);

    @TempDir Path folder;

    @Test
    void tenStepsLoseAndClipAsPeftsDoAndEndAtTheSameAdapter() {
        try (var model = TinyModels.load(TinyModels.llama(), Precision.FLOAT32);
                var training =
                        (TorchTraining)
                                model.train(CONFIG, 1, GOLDEN.get("weight_decay").asDouble())) {
            start(training, model);
            List<Pack> pairs = new ArrayList<>();
            for (JsonNode pair : GOLDEN.get("pairs")) pairs.add(pack(pair));
            double[] references = margins(model, pairs);

            for (JsonNode step : GOLDEN.get("steps")) follow(training, step, pairs, references);

            assertThat(training.steps()).isEqualTo(10);
            double[] after = new double[pairs.size()];
            for (int i = 0; i < after.length; i++)
                after[i] =
                        SmolLmDpoTest.margin(
                                        model.score(List.of(pairs.get(i)), training.current())[0])
                                - references[i];
            for (int i = 0; i < after.length; i++)
                close("margin of pair " + i, after[i], GOLDEN.get("margins_after").get(i));
            factorsAreTheirs(training);
        }
    }

    private static void follow(
            TorchTraining training, JsonNode step, List<Pack> pairs, double[] references) {
        int[] chosen = FamiliesTest.ints(step.get("pairs"));
        double loss = 0;
        for (int i : chosen)
            loss +=
                    training.accumulate(
                                    pairs.get(i),
                                    SmolLmDpoTest.dpo(references[i], GOLDEN.get("beta").asDouble()),
                                    1.0 / chosen.length)
                            / chosen.length;

        double norm =
                training.update(
                        GOLDEN.get("learning_rate").asDouble(),
                        GOLDEN.get("max_gradient_norm").asDouble());

        String at = "step " + training.steps();
        close("loss of " + at, loss, step.get("loss"));
        close("gradient norm of " + at, norm, step.get("gradient_norm"));
    }

    private void factorsAreTheirs(TorchTraining training) {
        training.saveAdapter(folder);
        var tensors = PeftFolder.read(folder).tensors().tensors();
        assertThat(tensors).hasSameSizeAs(GOLDEN.get("factor_norms_after"));
        tensors.forEach((name, tensor) ->
                close(
                        name,
                        AdamW.norm(tensor.values()),
                        GOLDEN.get("factor_norms_after").get(name)));
    }

    private static void close(String what, double ours, JsonNode theirs) {
        assertThat(ours).describedAs(what).isCloseTo(theirs.asDouble(), withPercentage(PERCENT));
    }

    private static double[] margins(LanguageModel model, List<Pack> pairs) {
        return Arrays.stream(model.score(pairs, null)).mapToDouble(SmolLmDpoTest::margin).toArray();
    }

    /** Gives the training the formula's parameters, as the script gives them to PEFT. */
    private void start(TorchTraining training, LanguageModel model) {
        LoraShape shape = training.shape();
        List<String> names =
                shape.matrices().stream().map(LoraShape.Matrix::name).sorted().toList();
        double spread = GOLDEN.get("start_spread").asDouble();
        float[] values = new float[shape.parameters()];
        for (LoraShape.Matrix m : shape.matrices())
            for (int i = 0; i < m.size(); i++)
                values[m.offset() + i] =
                        (float)
                                ((FormulaWeights.uniform(names.indexOf(m.name()), i) - 0.5)
                                        * spread);
        float[] zeros = new float[values.length];
        Path file = folder.resolve("formula.checkpoint");
        new Checkpoint(CONFIG.toString(), model.info().digest(), 0, values, zeros, zeros)
                .write(file);
        training.restore(file);
    }

    private static Pack pack(JsonNode pair) {
        return new Pack(
                FamiliesTest.ints(pair.get("prompt")),
                List.of(
                        FamiliesTest.ints(pair.get("chosen")),
                        FamiliesTest.ints(pair.get("rejected"))));
    }

    private static String[] strings(JsonNode array) {
        String[] values = new String[array.size()];
        for (int i = 0; i < values.length; i++) values[i] = array.get(i).asText();
        return values;
    }
}
