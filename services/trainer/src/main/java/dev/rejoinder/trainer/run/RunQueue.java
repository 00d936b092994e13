package dev.rejoinder.trainer.run;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.LanguageModel.ModelInfo;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import dev.rejoinder.trainer.dataset.Snapshot;
import dev.rejoinder.trainer.dataset.SnapshotMaker;
import dev.rejoinder.trainer.dataset.SnapshotStore;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * Takes runs in: freezes the pairs of this moment into a snapshot and queues a run on it. Asking
 * twice for the same thing gives the same run.
 */
public final class RunQueue {
    /** Runs that may wait; each takes minutes, so more is a mistake. */
    private static final int MOST_WAITING = 8;

    /** What the queue writes to. */
    public record Shelves(SnapshotStore snapshots, RunStore runs, Clock clock) {}

    private final Shelves shelves;
    private final ModelInfo model;
    private final SnapshotMaker maker;

    public RunQueue(Shelves shelves, ModelInfo model, SnapshotMaker maker) {
        this.shelves = shelves;
        this.model = model;
        this.maker = maker;
    }

    /**
     * Queues a run with the pairs there are now.
     *
     * @throws Refusal PRECONDITION if there are too few pairs, EXHAUSTED if too many runs wait,
     *     UNAVAILABLE if the preferences service is away
     */
    public synchronized Run enqueue(Cause cause, Hyperparameters hyperparameters) {
        Snapshot snapshot = maker.freeze();
        for (int attempt = 1; ; attempt++) {
            RunId id = RunId.of(snapshot.digest(), model.digest(), hyperparameters, attempt);
            Optional<Run> before = shelves.runs().find(id);
            if (before.isPresent() && before.get() instanceof Run.Open open) return open;
            if (before.isPresent()) continue;
            refuseIfFull();
            shelves.snapshots().save(snapshot);
            Run.Facts facts =
                    new Run.Facts(
                            id,
                            cause,
                            model.name(),
                            model.digest(),
                            snapshot.summary(),
                            hyperparameters,
                            shelves.clock().instant());
            Run.Queued queued = Run.Queued.of(facts);
            shelves.runs().save(queued);
            return queued;
        }
    }

    private void refuseIfFull() {
        int waiting = shelves.runs().open().size();
        if (waiting >= MOST_WAITING)
            throw new Refusal(
                    Refusal.Kind.EXHAUSTED,
                    ErrorReason.ERROR_REASON_QUEUE_FULL,
                    waiting
                            + " runs are waiting, the most there may be; try again when one is"
                            + " over",
                    Map.of(
                            "waiting",
                            String.valueOf(waiting),
                            "limit",
                            String.valueOf(MOST_WAITING)));
    }
}
