package dev.rejoinder.trainer.dataset;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import dev.rejoinder.trainer.dataset.PairSource.Positioned;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

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
        refuseIfFewer(usable, "");
        return divided(usable, all.getLast().position());
    }

    /**
     * What is left of a frozen snapshot.
     *
     * @param snapshot divided anew
     */
    public record Sifted(Snapshot snapshot, Snapshot.Sieving sieving) {
        public Snapshot.Summary summary() {
            return snapshot.summary(sieving);
        }
    }

    /**
     * What of a frozen snapshot is worth learning from. Costs passes of the model.
     *
     * @param stop asked between passes
     * @throws Refusal PRECONDITION if that is too little, UNAVAILABLE if the preferences service is
     *     away
     * @throws InterruptedRunException if stop said so
     */
    public Sifted sieved(Snapshot frozen, BooleanSupplier stop) {
        List<Pair> pairs = frozen.all().toList();
        PairSieve.Sieved good = sieve.sieve(pairs, stop);
        int leftOut = pairs.size() - good.passing().size();
        Snapshot.Sieving sieving = new Snapshot.Sieving(leftOut, good.auc());
        if (leftOut == 0) return new Sifted(frozen, sieving);
        refuseIfFewer(
                good.passing(),
                " (%d more are unlikely to satisfy, see rejoinder.trainer.dataset.min-satisfaction)"
                        .formatted(leftOut));
        return new Sifted(divided(good.passing(), frozen.lastPosition()), sieving);
    }

    private Snapshot divided(List<Pair> pairs, long lastPosition) {
        Snapshot snapshot = rules.split().of(pairs, lastPosition);
        if (snapshot.heldOut().isEmpty() || snapshot.train().isEmpty())
            throw tooLittle(
                    1,
                    2,
                    "the pairs come from %d prompt, and %d are needed: one part trains, the other"
                            + " is held out to judge the adapter");
        return snapshot;
    }

    private void refuseIfFewer(List<Pair> pairs, String remark) {
        if (pairs.size() < rules.minPairs())
            throw tooLittle(
                    pairs.size(),
                    rules.minPairs(),
                    "%d usable pairs are fewer than the %d a run needs"
                            + remark
                            + "; wait for more feedback or lower"
                            + " rejoinder.trainer.dataset.min-pairs");
    }

    private static Refusal tooLittle(int have, int need, String message) {
        return new Refusal(
                Refusal.Kind.PRECONDITION,
                ErrorReason.ERROR_REASON_TOO_LITTLE_DATA,
                message.formatted(have, need),
                Map.of("have", String.valueOf(have), "need", String.valueOf(need)));
    }
}
