package dev.rejoinder.trainer.run;

import dev.rejoinder.trainer.loss.Preference;
import java.util.List;
import java.util.Locale;

/**
 * Hyperparameters as flat figures, for a report.
 *
 * @param beta 0 where the loss has none
 */
public record LearningFacts(
        String loss,
        double beta,
        double nllWeight,
        double anchorWeight,
        double learningRate,
        double warmup,
        String schedule,
        double weightDecay,
        double maxGradientNorm,
        int epochs,
        int batchSize,
        int rank,
        double alpha,
        List<String> targets,
        long seed) {
    public LearningFacts {
        targets = List.copyOf(targets);
    }

    static LearningFacts of(Hyperparameters h) {
        Schedule schedule = h.optimiser().schedule();
        return new LearningFacts(
                h.preference().name(),
                h.preference() instanceof Preference.Dpo dpo ? dpo.beta() : 0,
                h.preference().nllWeight(),
                h.anchorWeight(),
                schedule.peak(),
                schedule.warmup(),
                schedule.shape().name().toLowerCase(Locale.ROOT),
                h.optimiser().weightDecay(),
                h.optimiser().maxGradientNorm(),
                h.epochs(),
                h.batchSize(),
                h.adapter().rank(),
                h.adapter().alpha(),
                h.adapter().targets(),
                h.seed());
    }
}
