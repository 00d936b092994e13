package dev.rejoinder.trainer.dataset;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import dev.rejoinder.trainer.dataset.PairSource.Positioned;
import java.util.List;
import java.util.Map;

/** Freezes the pairs of a moment, chosen and divided, and sieves what was frozen. */
public final class SnapshotMaker {
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

    private final PairSource source;
    private final PairEncoder encoder;
    private final PairSieve sieve;
    private final Rules rules;

    public SnapshotMaker(PairSource source, PairEncoder encoder, PairSieve sieve, Rules rules) {
        this.source = source;
        this.encoder = encoder;
        this.sieve = sieve;
        this.rules = rules;
    }

    /**
     * The pairs of this moment.
     *
     * @throws Refusal PRECONDITION if there are too few pairs, UNAVAILABLE if the preferences
     *     service is away
     */
    public Snapshot freeze() {
        List<Positioned> all = source.after(0);
        List<Pair> usable =
                rules.curation().choose(all.stream().map(Positioned::pair).toList(), encoder);
        return divided(usable, all.getLast().position());
    }

    /**
     * What of a frozen snapshot is worth learning from, divided anew. Costs passes of the model.
     *
     * @throws Refusal PRECONDITION if that is too little, UNAVAILABLE if the preferences service is
     *     away
     */
    public Snapshot sieved(Snapshot frozen) {
        List<Pair> pairs = frozen.all().toList();
        PairSieve.Sieved good = sieve.sieve(pairs);
        int leftOut = pairs.size() - good.passing().size();
        Snapshot left = leftOut == 0 ? frozen : divided(good.passing(), frozen.lastPosition());
        return left.after(new Snapshot.Sieving(leftOut, good.auc()));
    }

    private Snapshot divided(List<Pair> pairs, long lastPosition) {
        refuseIfFewer(pairs);
        Snapshot snapshot = rules.split().of(pairs, lastPosition);
        if (snapshot.heldOut().isEmpty() || snapshot.train().isEmpty())
            throw tooLittle(
                    1,
                    2,
                    "the pairs come from %d prompt, and %d are needed: one part trains, the other"
                            + " is held out to judge the adapter");
        return snapshot;
    }

    private void refuseIfFewer(List<Pair> pairs) {
        if (pairs.size() < rules.minPairs())
            throw tooLittle(
                    pairs.size(),
                    rules.minPairs(),
                    "%d usable pairs are fewer than the %d a run needs; wait for more feedback or"
                            + " lower rejoinder.trainer.dataset.min-pairs");
    }

    private static Refusal tooLittle(int have, int need, String message) {
        return new Refusal(
                Refusal.Kind.PRECONDITION,
                ErrorReason.ERROR_REASON_TOO_LITTLE_DATA,
                message.formatted(have, need),
                Map.of("have", String.valueOf(have), "need", String.valueOf(need)));
    }
}
