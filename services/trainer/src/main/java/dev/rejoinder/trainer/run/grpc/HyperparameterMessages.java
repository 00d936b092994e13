package dev.rejoinder.trainer.run.grpc;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.trainer.loss.Preference;
import dev.rejoinder.trainer.run.Hyperparameters;
import dev.rejoinder.trainer.run.Schedule;
import java.util.Locale;

/** Hyperparameters as messages, back, and as overrides of the configured ones. */
final class HyperparameterMessages {
    /** For a caller who asks for DPO where SFT, which has no beta, is configured. */
    private static final double USUAL_BETA = 0.1;

    private HyperparameterMessages() {}

    static dev.rejoinder.proto.trainer.v1.Hyperparameters message(Hyperparameters h) {
        Schedule schedule = h.optimiser().schedule();
        var message =
                dev.rejoinder.proto.trainer.v1.Hyperparameters.newBuilder()
                        .setLoss(h.preference().name())
                        .setNllWeight(h.preference().nllWeight())
                        .setAnchorWeight(h.anchorWeight())
                        .setLearningRate(schedule.peak())
                        .setWarmup(schedule.warmup())
                        .setSchedule(schedule.shape().name().toLowerCase(Locale.ROOT))
                        .setWeightDecay(h.optimiser().weightDecay())
                        .setMaxGradientNorm(h.optimiser().maxGradientNorm())
                        .setEpochs(h.epochs())
                        .setMinSteps(h.minSteps())
                        .setBatchSize(h.batchSize())
                        .setRank(h.adapter().rank())
                        .setAlpha(h.adapter().alpha())
                        .addAllTargets(h.adapter().targets())
                        .setSeed(h.seed());
        if (h.preference() instanceof Preference.Dpo dpo) message.setBeta(dpo.beta());
        return message.build();
    }

    /**
     * @throws IllegalArgumentException if a value is outside its limits
     */
    static Hyperparameters hyperparameters(dev.rejoinder.proto.trainer.v1.Hyperparameters m) {
        return new Hyperparameters(
                Preference.of(m.getLoss(), m.getBeta(), m.getNllWeight()),
                m.getAnchorWeight(),
                new AdapterConfig(m.getRank(), m.getAlpha(), m.getTargetsList(), false),
                new Hyperparameters.Optimiser(
                        new Schedule(
                                m.getLearningRate(),
                                m.getWarmup(),
                                Schedule.Shape.of(m.getSchedule())),
                        m.getWeightDecay(),
                        m.getMaxGradientNorm()),
                m.getEpochs(),
                m.getMinSteps(),
                m.getBatchSize(),
                m.getSeed());
    }

    /**
     * The configured hyperparameters with what the caller set. Who asks for so many epochs gets so
     * many: the configured least number of steps holds only where neither is set.
     *
     * @throws Refusal INVALID if a value is outside its limits
     */
    static Hyperparameters over(
            Hyperparameters configured, dev.rejoinder.proto.trainer.v1.Hyperparameters overrides) {
        var merged = message(configured).toBuilder();
        if (overrides.getTargetsCount() > 0) merged.clearTargets();
        if (overrides.getEpochs() > 0) merged.clearMinSteps();
        merged.mergeFrom(overrides);
        if (merged.getLoss().equals(Preference.Dpo.NAME) && merged.getBeta() == 0)
            merged.setBeta(USUAL_BETA);
        try {
            return hyperparameters(merged.build());
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("hyperparameters", String.valueOf(e.getMessage()));
        }
    }
}
