package dev.rejoinder.trainer.run;

import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.trainer.dataset.Origin;
import dev.rejoinder.trainer.dataset.Snapshot;
import dev.rejoinder.trainer.evaluate.GateCheck;
import dev.rejoinder.trainer.evaluate.GateReport;
import dev.rejoinder.trainer.loss.Preference;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Runs in every state, for tests. */
public final class Runs {
    public static final Instant NOW = Instant.parse("2026-11-23T08:00:00.123456Z");

    private Runs() {}

    public static Hyperparameters hyperparameters() {
        return new Hyperparameters(
                new Preference.Dpo(0.1, 1),
                0,
                AdapterConfig.attention(),
                new Hyperparameters.Optimiser(
                        new Schedule(1e-4, 0.05, Schedule.Shape.CONSTANT), 0.01, 1),
                2,
                0,
                4,
                1);
    }

    public static Run.Queued queued(String id, Instant at, long lastPosition) {
        return Run.Queued.of(
                new Run.Facts(
                        new RunId(id),
                        Cause.PAIRS,
                        "tiny",
                        "b".repeat(64),
                        new Snapshot.Summary(
                                "d".repeat(64),
                                6,
                                2,
                                lastPosition,
                                Map.of(Origin.ON_POLICY, 8),
                                new Snapshot.Sieving(3, 0.9)),
                        hyperparameters(),
                        at));
    }

    public static Run.Training training(String id) {
        Run.Queued queued = queued(id, NOW, 8);
        return queued.prepare(NOW).train(queued.facts().dataset(), NOW);
    }

    public static Run.Evaluating evaluating(String id) {
        Run.Training training = training(id);
        for (int step = 1; step <= training.progress().totalSteps(); step++)
            training = training.with(new Curve.Step(step, 1.5, 0.75, 0.01, 2, 0.5), NOW);
        return training.evaluate(NOW);
    }

    public static Run.Refused refused(String id, Instant at) {
        return evaluating(id).refuse(verdict(false), at);
    }

    public static Run.Registered registered(String id, Instant at) {
        return evaluating(id).register(verdict(true), "v1-aaaaaaaa", at);
    }

    static Run.Verdict verdict(boolean passed) {
        GateReport report =
                new GateReport(
                        List.of(
                                GateCheck.atLeast("held_out_accuracy", 0.9, 0.55, "share"),
                                GateCheck.atMost(
                                        "perplexity_ratio", passed ? 1.01 : 1.1, 1.03, "ratio")));
        return new Run.Verdict(report, "a".repeat(64), "base", 2);
    }
}
