package dev.rejoinder.trainer.run;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.LanguageModel.ModelInfo;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import dev.rejoinder.trainer.dataset.Curation;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.dataset.PairEncoder;
import dev.rejoinder.trainer.dataset.PairSource;
import dev.rejoinder.trainer.dataset.PairSource.Positioned;
import dev.rejoinder.trainer.dataset.Snapshot;
import dev.rejoinder.trainer.dataset.SnapshotStore;
import dev.rejoinder.trainer.dataset.Split;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes runs in: freezes the pairs of this moment into a snapshot and queues a run on it. Asking
 * twice for the same thing gives the same run.
 */
public final class RunQueue {
    /** Runs that may wait; each takes minutes, so more is a mistake. */
    private static final int MOST_WAITING = 8;

    /**
     * How a dataset is made.
     *
     * @param minPairs fewest pairs worth a run, at least 2
     */
    public record Rules(int minPairs, Curation curation, Split split) {
        public Rules {
            if (minPairs < 2)
                throw new IllegalArgumentException(
                        "min-pairs of "
                                + minPairs
                                + " is below 2: one to train on, one to hold out");
        }
    }

    /** What the queue reads and writes. */
    public record Shelves(PairSource source, SnapshotStore snapshots, RunStore runs, Clock clock) {}

    private final Shelves shelves;
    private final ModelInfo model;
    private final PairEncoder encoder;
    private final Rules rules;

    public RunQueue(Shelves shelves, ModelInfo model, PairEncoder encoder, Rules rules) {
        this.shelves = shelves;
        this.model = model;
        this.encoder = encoder;
        this.rules = rules;
    }

    /**
     * Queues a run with the pairs there are now.
     *
     * @throws Refusal PRECONDITION if there are too few pairs, EXHAUSTED if too many runs wait,
     *     UNAVAILABLE if the preferences service is away
     */
    public synchronized Run enqueue(Cause cause, Hyperparameters hyperparameters) {
        Snapshot snapshot = snapshot();
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

    private Snapshot snapshot() {
        List<Positioned> all = shelves.source().after(0);
        List<Pair> chosen =
                rules.curation().choose(all.stream().map(Positioned::pair).toList(), encoder);
        if (chosen.size() < rules.minPairs())
            throw tooLittle(
                    chosen.size(),
                    rules.minPairs(),
                    "%d usable pairs are fewer than the %d a run needs; wait for more feedback or"
                            + " lower rejoinder.trainer.dataset.min-pairs");
        Snapshot snapshot = rules.split().of(chosen, all.getLast().position());
        if (snapshot.heldOut().isEmpty() || snapshot.train().isEmpty())
            throw tooLittle(
                    1,
                    2,
                    "the pairs come from %d prompt, and %d are needed: one part trains, the other"
                            + " is held out to judge the adapter");
        return snapshot;
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

    private static Refusal tooLittle(int have, int need, String message) {
        return new Refusal(
                Refusal.Kind.PRECONDITION,
                ErrorReason.ERROR_REASON_TOO_LITTLE_DATA,
                message.formatted(have, need),
                Map.of("have", String.valueOf(have), "need", String.valueOf(need)));
    }
}
