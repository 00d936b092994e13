package dev.rejoinder.trainer.trigger;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.trainer.run.Cause;
import dev.rejoinder.trainer.run.Hyperparameters;
import dev.rejoinder.trainer.run.Run;
import dev.rejoinder.trainer.run.RunQueue;
import dev.rejoinder.trainer.run.RunStore;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Looks at the pairs and the runs, and queues a run when the policy says so. */
public final class Trigger {
    private static final Log LOG = Log.of(Trigger.class);

    /** What the trigger looks at and where it puts a run. */
    public record Surroundings(PairsWatch watch, RunStore runs, RunQueue queue, Clock clock) {}

    private final TriggerPolicy policy;
    private final Hyperparameters hyperparameters;
    private final Surroundings around;
    private final Instant began;

    public Trigger(TriggerPolicy policy, Hyperparameters hyperparameters, Surroundings around) {
        this.policy = policy;
        this.hyperparameters = hyperparameters;
        this.around = around;
        this.began = around.clock().instant();
    }

    /**
     * Looks once.
     *
     * @return the queued run, if there is a reason for one and none is open
     */
    public Optional<Run> look() {
        around.watch().look(around.runs().lastUsedPosition());
        if (!around.runs().open().isEmpty()) return Optional.empty();
        return policy.decide(situation()).flatMap(this::begin);
    }

    private TriggerPolicy.Situation situation() {
        Optional<Run.Finished> last = around.runs().lastFinished();
        return new TriggerPolicy.Situation(
                around.watch().waiting(),
                around.watch().lastPairAt(),
                last.map(Run::changedAt).orElse(began),
                last.isPresent() && last.get() instanceof Run.Failed,
                around.clock().instant());
    }

    private Optional<Run> begin(Cause cause) {
        try {
            Run run = around.queue().enqueue(cause, hyperparameters);
            LOG.info(
                    "run queued",
                    "runId",
                    run.id(),
                    "reason",
                    cause,
                    "count",
                    around.watch().waiting());
            return Optional.of(run);
        } catch (Refusal e) {
            if (e.kind() == Refusal.Kind.UNAVAILABLE) throw e;
            // Too few usable pairs: more of them will come, and the trigger looks again.
            LOG.debug("no run yet", "reason", e.getMessage());
            return Optional.empty();
        }
    }
}
