package dev.rejoinder.trainer;

import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.trainer.dataset.Curation;
import dev.rejoinder.trainer.dataset.SnapshotMaker;
import dev.rejoinder.trainer.dataset.Split;
import dev.rejoinder.trainer.evaluate.Evaluation;
import dev.rejoinder.trainer.evaluate.Gate;
import dev.rejoinder.trainer.evaluate.GateLimits;
import dev.rejoinder.trainer.loss.Preference;
import dev.rejoinder.trainer.run.Hyperparameters;
import dev.rejoinder.trainer.run.RunExecutor;
import dev.rejoinder.trainer.run.Schedule;
import dev.rejoinder.trainer.satisfaction.SatisfactionSieve;
import dev.rejoinder.trainer.trigger.TriggerPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The settings as the domain's own types.
 *
 * @param trigger empty where runs begin by command alone
 */
record TrainerConfiguration(
        SnapshotMaker.Rules rules,
        SatisfactionSieve.Limits sieve,
        Optional<TriggerPolicy> trigger,
        Hyperparameters hyperparameters,
        RunExecutor.Conduct conduct) {

    /**
     * Checks everything.
     *
     * @param contextLength of the model: no pair may be longer
     * @throws IllegalArgumentException with every problem, one a line
     */
    static TrainerConfiguration of(TrainerSettings settings, int contextLength) {
        Problems problems = new Problems();
        Supplier<SnapshotMaker.Rules> rules =
                problems.gather(() -> rules(settings.dataset(), contextLength));
        Supplier<SatisfactionSieve.Limits> sieve = problems.gather(() -> sieve(settings.dataset()));
        Supplier<TriggerPolicy> trigger = problems.gather(() -> trigger(settings.trigger()));
        problems.gather(() -> preference(settings.learning()));
        problems.gather(() -> adapter(settings.learning()));
        problems.gather(() -> optimiser(settings.learning()));
        Supplier<Hyperparameters> learning =
                problems.gather(() -> hyperparameters(settings.learning()));
        Supplier<GateLimits> limits = problems.gather(() -> limits(settings.gate()));
        Supplier<Evaluation.Effort> effort = problems.gather(() -> effort(settings.evaluation()));
        problems.gather(() -> pace(settings.run()));
        problems.throwIfAny();
        return new TrainerConfiguration(
                rules.get(),
                sieve.get(),
                settings.trigger().enabled() ? Optional.of(trigger.get()) : Optional.empty(),
                learning.get(),
                new RunExecutor.Conduct(
                        pace(settings.run()),
                        settings.run().earlierEpochs(),
                        effort.get(),
                        new Gate(limits.get())));
    }

    private static SatisfactionSieve.Limits sieve(TrainerSettings.DatasetSettings s) {
        return new SatisfactionSieve.Limits(
                s.minSatisfaction(), s.minSatisfyingPairs(), s.maxJudged());
    }

    private static SnapshotMaker.Rules rules(TrainerSettings.DatasetSettings s, int contextLength) {
        return new SnapshotMaker.Rules(
                s.minPairs(),
                new Curation(s.maxPairs(), Math.min(s.maxTokens(), contextLength)),
                new Split(s.heldOutShare()));
    }

    private static TriggerPolicy trigger(TrainerSettings.TriggerSettings s) {
        return new TriggerPolicy(
                s.minNewPairs(), s.quiet(), s.maxInterval(), s.minPairs(), s.retryPause());
    }

    private static Preference preference(TrainerSettings.LearningSettings s) {
        return Preference.of(s.loss(), s.beta(), s.nllWeight());
    }

    private static AdapterConfig adapter(TrainerSettings.LearningSettings s) {
        return new AdapterConfig(s.rank(), s.alpha(), s.targets(), false);
    }

    private static Hyperparameters.Optimiser optimiser(TrainerSettings.LearningSettings s) {
        return new Hyperparameters.Optimiser(
                new Schedule(s.learningRate(), s.warmup(), Schedule.Shape.of(s.schedule())),
                s.weightDecay(),
                s.maxGradientNorm());
    }

    private static Hyperparameters hyperparameters(TrainerSettings.LearningSettings s) {
        return new Hyperparameters(
                preference(s),
                s.anchorWeight(),
                adapter(s),
                optimiser(s),
                s.epochs(),
                s.minSteps(),
                s.batchSize(),
                s.seed());
    }

    private static GateLimits limits(TrainerSettings.GateSettings s) {
        return new GateLimits(
                s.minHeldOutAccuracy(),
                s.minFollowUpGain(),
                s.maxPerplexityRatio(),
                s.minBaseLogProb(),
                s.minDiversityRatio(),
                s.minOnTopicRatio(),
                s.maxEmptyReplies(),
                s.maxRepeatedReplies(),
                s.minChange());
    }

    private static Evaluation.Effort effort(TrainerSettings.EvaluationSettings s) {
        return new Evaluation.Effort(s.prompts(), s.maxTokens(), s.batch());
    }

    private static RunExecutor.Pace pace(TrainerSettings.RunSettings s) {
        return new RunExecutor.Pace(s.checkpointEverySteps(), s.reportEverySteps());
    }

    private static final class Problems {
        private final List<String> messages = new ArrayList<>();

        /** Builds once now to hear what is wrong, and again when the value is needed. */
        <T> Supplier<T> gather(Supplier<T> part) {
            try {
                part.get();
            } catch (IllegalArgumentException e) {
                String message = "rejoinder.trainer: " + e.getMessage();
                if (!messages.contains(message)) messages.add(message);
            }
            return part;
        }

        void throwIfAny() {
            if (!messages.isEmpty())
                throw new IllegalArgumentException(String.join("\n", messages));
        }
    }
}
