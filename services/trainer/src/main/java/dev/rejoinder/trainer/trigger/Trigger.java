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

    private final TriggerPolicy policy;
    private final PairsWatch watch;
    private final RunStore runs;
    private final RunQueue queue;
    private final Hyperparameters hyperparameters;
    private final Clock clock;
    private final Instant began;

    public Trigger(
            TriggerPolicy policy,
            PairsWatch watch,
            RunStore runs,
            RunQueue queue,
            Hyperparameters hyperparameters,
            Clock clock) {
        this.policy = policy;
        this.watch = watch;
        this.runs = runs;
        this.queue = queue;
        this.hyperparameters = hyperparameters;
        this.clock = clock;
        this.began = clock.instant();
    }

    /**
     * Looks once.
     *
     * @return the queued run, if there is a reason for one and none is open
     */
    public Optional<Run> look() {
        watch.look(runs.lastUsedPosition());
        if (!runs.open().isEmpty()) return Optional.empty();
        return policy.decide(situation()).flatMap(this::begin);
    }

    private TriggerPolicy.Situation situation() {
        Optional<Run.Finished> last = runs.lastFinished();
        return new TriggerPolicy.Situation(
                watch.waiting(),
                watch.lastPairAt(),
                last.map(Run::changedAt).orElse(began),
                last.isPresent() && last.get() instanceof Run.Failed,
                clock.instant());
    }

    private Optional<Run> begin(Cause cause) {
        try {
            Run run = queue.enqueue(cause, hyperparameters);
            LOG.info("run queued", "runId", run.id(), "reason", cause, "count", watch.waiting());
            return Optional.of(run);
        } catch (Refusal e) {
            if (e.kind() == Refusal.Kind.UNAVAILABLE) throw e;
            // Too few usable pairs: more of them will come, and the trigger looks again.
            LOG.debug("no run yet", "reason", e.getMessage());
            return Optional.empty();
        }
    }
}
