package dev.rejoinder.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.train.LoraTraining;
import dev.rejoinder.trainer.Models;
import dev.rejoinder.trainer.Pairs;
import dev.rejoinder.trainer.dataset.ReferenceCache;
import dev.rejoinder.trainer.dataset.References;
import dev.rejoinder.trainer.dataset.Snapshot;
import dev.rejoinder.trainer.dataset.Split;
import dev.rejoinder.trainer.dataset.TrainingPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
    private static final Gate GATE =
            new Gate(new GateLimits(0.55, 0, 1.03, -100, 0.8, 0.8, 100, 100, 1e-3));

    private static LanguageModel model;
    private static Evaluation evaluation;

    @BeforeAll
    static void letTheBaseAnswer(@TempDir Path folder) throws IOException {
        model = Models.tiny(folder.resolve("tiny"));
        References references =
                new References(model, new ReferenceCache(folder, "base", "tokenizer"));
        Snapshot snapshot = new Split(0.2).of(Pairs.of(10, 5), 10);
        List<TrainingPair> train = references.prepare(snapshot.train(), () -> false);
        List<TrainingPair> heldOut = references.prepare(snapshot.heldOut(), () -> false);
        evaluation =
                Evaluation.against(
                        null,
                        new Evaluation.Material(train, heldOut, 5),
                        new Evaluation.Setting(model, new Evaluation.Effort(5, 8, 4), () -> false));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void anAdapterThatLearnedNothingAnswersAsTheBaseDoesAndIsNamedANoOp(@TempDir Path folder) {
        try (LoraTraining training = model.train(AdapterConfig.attention(), 1, 0)) {
            training.saveAdapter(folder);
        }

        try (Adapter untrained = model.loadAdapter(folder)) {
            Measurements m = evaluation.measure(untrained, 0);

            assertThat(m.change().nats()).isEqualTo(0, within(1e-5));
            assertThat(m.text().ratio()).isEqualTo(1, within(1e-5));
            assertThat(m.candidate()).isEqualTo(m.champion());
            assertThat(m.complaints().followUps()).isEqualTo(5);
            assertThat(m.complaints().gain()).isEqualTo(0, within(1e-6));
            assertThat(GATE.check(m).failures()).contains("change", "gradient_norm");
        }
    }

    @Test
    void theStandardErrorByHand() {
        // Mean 2, squares 1 + 0 + 1, variance 1, error sqrt(1 / 3).
        ComplaintGain.Gain gain = ComplaintGain.Gain.of(1, 2, 3);

        assertThat(gain.mean()).isEqualTo(2);
        assertThat(gain.standardError()).isEqualTo(Math.sqrt(1 / 3.0), within(1e-12));
    }

    @Test
    void aReplyIsAskedAboutOnlyWhereSomebodyComplained() {
        ComplaintGain gain = new ComplaintGain(model, new Scorer(model, () -> false));
        int[] prompt = model.tokenizer().encode("What is a tide?");

        ComplaintGain.Gain asked =
                gain.of(
                        List.of(
                                new ComplaintGain.Case(prompt, "", "Long.", "Short."),
                                new ComplaintGain.Case(prompt, "Too long!", "Long.", "Short.")));

        assertThat(asked.asked()).isEqualTo(1);
        assertThat(asked.mean()).isNotZero();
    }
}
