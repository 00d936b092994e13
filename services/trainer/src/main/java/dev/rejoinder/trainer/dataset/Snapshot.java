package dev.rejoinder.trainer.dataset;

import dev.rejoinder.kernel.id.Digests;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An immutable set of pairs.
 *
 * @param train trained on, in the order they were mined
 * @param heldOut never trained on
 * @param lastPosition place in the preferences service's stream up to which pairs were looked at
 */
public record Snapshot(List<Pair> train, List<Pair> heldOut, long lastPosition) {
    public Snapshot {
        train = List.copyOf(train);
        heldOut = List.copyOf(heldOut);
    }

    /** SHA-256 over the pairs in order and their division, lower-case hex. */
    public String digest() {
        List<String> parts = new ArrayList<>();
        parts.add("train");
        train.forEach(p -> parts.add(p.digest()));
        parts.add("held-out");
        heldOut.forEach(p -> parts.add(p.digest()));
        return Digests.sha256(parts.toArray(String[]::new));
    }

    public Stream<Pair> all() {
        return Stream.concat(train.stream(), heldOut.stream());
    }

    /** Of a dataset no sieve has seen. */
    public Summary summary() {
        return summary(Sieving.NONE);
    }

    public Summary summary(Sieving sieving) {
        Map<Origin, Integer> origins = new TreeMap<>();
        all().forEach(p -> origins.merge(p.provenance().origin(), 1, Integer::sum));
        return new Summary(digest(), train.size(), heldOut.size(), lastPosition, origins, sieving);
    }

    /**
     * What a sieve did.
     *
     * @param leftOut pairs that did not pass
     * @param auc how well it tells, see {@link PairSieve.Sieved}
     */
    public record Sieving(int leftOut, double auc) {
        static final Sieving NONE = new Sieving(0, 0);
    }

    /** A dataset without its texts. */
    public record Summary(
            String digest,
            int train,
            int heldOut,
            long lastPosition,
            Map<Origin, Integer> origins,
            Sieving sieving) {
        public Summary {
            origins = Map.copyOf(origins);
        }
    }
}
