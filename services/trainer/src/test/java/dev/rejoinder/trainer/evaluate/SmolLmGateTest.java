package dev.rejoinder.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.train.LoraTraining;
import dev.rejoinder.testkit.users.Prompts;
import dev.rejoinder.trainer.Models;
import dev.rejoinder.trainer.dataset.Origin;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.dataset.ReferenceCache;
import dev.rejoinder.trainer.dataset.References;
import dev.rejoinder.trainer.dataset.TrainingPair;
import dev.rejoinder.trainer.loss.PairObjective;
import dev.rejoinder.trainer.loss.Preference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gate's own limits on the real model: a good adapter passes, broken ones do not. */
class SmolLmGateTest {
    private static final Gate GATE =
            new Gate(new GateLimits(0.55, -0.1, 1.025, -1.2, 0.8, 0.7, 0, 0, 0.001));

    private static final int ASKED = 12;
    private static final int MAX_TOKENS = 64;
    private static final int BATCH = 4;
    private static final int SEED = 11;

    private static LanguageModel model;
    private static List<String> questions;
    private static List<String> replies;

    @TempDir static Path folder;

    @BeforeAll
    static void letTheBaseAnswer() {
        model = Models.smolLm();
        questions = Prompts.TRAINING.questions().subList(0, 2 * ASKED);
        replies =
                new ReplySampler(
                                model,
                                new ReplySampler.Plan(questions.size(), MAX_TOKENS, 16, SEED),
                                () -> false)
                        .sample(questions.stream().map(q -> prompt(q)).toList(), null);
    }

    @AfterAll
    static void close() {
        if (model != null) model.close();
    }

    private static int[] prompt(String question) {
        return model.chat().prompt(List.of(ChatMessage.user(question)));
    }

    /** A pair for each question: what becomes of the base's reply is better than the reply. */
    private static List<TrainingPair> pairs(UnaryOperator<String> better) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++)
            pairs.add(
                    new Pair(
                            "pair-" + i,
                            List.of(ChatMessage.user(questions.get(i))),
                            new Pair.Reply(better.apply(replies.get(i)), true),
                            new Pair.Reply(replies.get(i), false),
                            new Pair.Provenance(
                                    Origin.ON_POLICY,
                                    "user-" + i,
                                    List.of("turn-" + i),
                                    List.of("signal-" + i),
                                    "One sentence would have done.",
                                    -1)));
        return new References(model, new ReferenceCache(folder, "base", "tokenizer"))
                .prepare(pairs, () -> false);
    }

    private static String firstSentence(String reply) {
        return reply.split("(?<=[.!?])\\s", 2)[0];
    }

    /** What the gate finds after so many steps at this rate. */
    private static GateReport judge(
            List<TrainingPair> pairs, int steps, double rate, Path adapter) {
        List<TrainingPair> train = pairs.subList(ASKED / 2, pairs.size());
        List<TrainingPair> heldOut = pairs.subList(0, ASKED / 2);
        double norm = 0;
        try (LoraTraining training = model.train(AdapterConfig.attention(), SEED, 0.01)) {
            for (int step = 0; step < steps; step++) {
                for (int i = 0; i < BATCH; i++) {
                    TrainingPair pair = train.get((step * BATCH + i) % train.size());
                    PairObjective loss = new Preference.Dpo(0.2, 1).objective(pair.reference());
                    training.accumulate(pair.pack(), loss::at, 1.0 / BATCH);
                }
                norm = Math.max(norm, training.update(rate, 1));
            }
            training.saveAdapter(adapter);
        }
        Evaluation evaluation =
                Evaluation.against(
                        null,
                        new Evaluation.Material(train, heldOut, SEED),
                        new Evaluation.Setting(
                                model,
                                new Evaluation.Effort(ASKED, MAX_TOKENS, ASKED),
                                () -> false));
        try (Adapter candidate = model.loadAdapter(adapter)) {
            return GATE.check(evaluation.measure(candidate, norm));
        }
    }

    @Test
    void anAdapterThatLearnedWhatWasAskedForPasses() {
        GateReport report =
                judge(pairs(SmolLmGateTest::firstSentence), 10, 1e-4, folder.resolve("good"));

        assertThat(report.failures()).isEmpty();
    }

    @Test
    void anAdapterOfTooLargeStepsHasLostItsLanguage() {
        GateReport report =
                judge(pairs(SmolLmGateTest::firstSentence), 4, 2e-2, folder.resolve("wild"));

        assertThat(report.failures()).contains("perplexity_ratio", "base_log_prob");
    }

    @Test
    void anAdapterThatSaysOneThingToEverybodyHasCollapsed() {
        String always = "It depends on what you would like to do.";

        GateReport report = judge(pairs(reply -> always), 12, 1e-3, folder.resolve("collapsed"));

        assertThat(report.failures()).contains("repeated_replies", "diversity");
    }
}
