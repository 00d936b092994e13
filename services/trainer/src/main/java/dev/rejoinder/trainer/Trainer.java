package dev.rejoinder.trainer;

import dev.rejoinder.trainer.run.Hyperparameters;
import dev.rejoinder.trainer.run.RunExecutor;
import dev.rejoinder.trainer.run.RunQueue;
import dev.rejoinder.trainer.run.RunStore;
import dev.rejoinder.trainer.trigger.PairsWatch;
import dev.rejoinder.trainer.trigger.Trigger;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The service's parts, put together.
 *
 * @param hyperparameters of a run that nobody gave others
 * @param watch counts the pairs that wait
 * @param trigger empty where runs begin by command alone
 */
public record Trainer(
        Hyperparameters hyperparameters,
        RunQueue queue,
        RunStore runs,
        RunExecutor executor,
        PairsWatch watch,
        Optional<Trigger> trigger) {

    /**
     * Carries out the oldest open run, or looks whether one should begin.
     *
     * @return whether there was something to do
     */
    boolean pass(BooleanSupplier stop) {
        if (executor.runNext(stop)) return true;
        if (trigger.isPresent()) return trigger.get().look().isPresent();
        watch.look(runs.lastUsedPosition());
        return false;
    }
}
