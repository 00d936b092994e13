package dev.rejoinder.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.lm.train.LoraTraining;
import dev.rejoinder.trainer.Models;
import dev.rejoinder.trainer.dataset.Origin;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.dataset.ReferenceCache;
import dev.rejoinder.trainer.dataset.References;
import dev.rejoinder.trainer.dataset.TrainingPair;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One step on the golden pairs, as a run makes it: pairs, references, {@link PairObjective},
 * update. Against peft 0.21.2 and torch 2.7.1 in float32 ({@code smollm2-135m-instruct.json}),
 * whose adapter has the formula's values.
 */
class SmolLmDpoTest {
    private static final AdapterConfig RANK_4 =
            new AdapterConfig(4, 8, List.of("q_proj", "k_proj", "v_proj", "o_proj"), false);
    private static final Preference PREFERENCE = new Preference.Dpo(0.1, 0);

    @TempDir Path folder;

    @Test
    void lossesAndTheGradientsNormOfAStepAreThoseOfPeft() throws IOException {
        JsonNode golden = golden();
        try (LanguageModel model = Models.smolLm(Precision.FLOAT32);
                LoraTraining training = model.train(RANK_4, 1, 0)) {
            FormulaCheckpoint.begin(training, folder);
            List<TrainingPair> pairs = prepared(model, golden.get("pairs"));
            double mean = 0;
            for (int i = 0; i < pairs.size(); i++) {
                TrainingPair pair = pairs.get(i);
                JsonNode expected = golden.get("pairs").get(i);
                assertThat(pair.reference().chosen())
                        .isCloseTo(expected.get("reference_chosen").asDouble(), within(1e-2));
                assertThat(pair.reference().rejected())
                        .isCloseTo(expected.get("reference_rejected").asDouble(), within(1e-2));

                double loss =
                        training.accumulate(
                                pair.pack(),
                                PREFERENCE.objective(pair.reference()),
                                1.0 / pairs.size());

                assertThat(loss)
                        .isCloseTo(
                                expected.get("dpo_loss_beta_0_1").asDouble(), withPercentage(0.1));
                mean += loss / pairs.size();
            }
            assertThat(mean).isCloseTo(golden.get("mean_loss").asDouble(), within(1e-4));

            double norm = training.update(1e-4, 1);

            assertThat(norm).isCloseTo(golden.get("gradient_norm").asDouble(), withPercentage(1));
        }
    }

    private List<TrainingPair> prepared(LanguageModel model, JsonNode pairs) {
        List<Pair> read = new ArrayList<>();
        for (JsonNode pair : pairs)
            read.add(
                    new Pair(
                            "golden-" + read.size(),
                            messages(pair.get("messages")),
                            new Pair.Reply(pair.get("chosen").asText(), true),
                            new Pair.Reply(pair.get("rejected").asText(), true),
                            new Pair.Provenance(
                                    Origin.ON_POLICY, "user", List.of(), List.of(), "", -1)));
        var cache = new ReferenceCache(folder, model.info().digest(), model.tokenizer().digest());
        return new References(model, cache).prepare(read, () -> false);
    }

    private static List<ChatMessage> messages(JsonNode messages) {
        List<ChatMessage> read = new ArrayList<>();
        for (JsonNode m : messages) {
            Role role = Role.valueOf(m.get("role").asText().toUpperCase(Locale.ROOT));
            read.add(new ChatMessage(role, m.get("content").asText()));
        }
        return read;
    }

    private static JsonNode golden() throws IOException {
        String name = "/golden/smollm2-135m-instruct.json";
        try (InputStream in = SmolLmDpoTest.class.getResourceAsStream(name)) {
            return new ObjectMapper().readTree(Objects.requireNonNull(in, name)).get("lora_dpo");
        }
    }
}
