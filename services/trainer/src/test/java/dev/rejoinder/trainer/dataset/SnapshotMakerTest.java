package dev.rejoinder.trainer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.trainer.Pairs;
import dev.rejoinder.trainer.Texts;
import dev.rejoinder.trainer.dataset.PairSieve.Sieved;
import org.junit.jupiter.api.Test;

class SnapshotMakerTest {
    private static final SnapshotMaker.Rules RULES =
            new SnapshotMaker.Rules(4, new Curation(100, 400), new Split(0.2));

    private final Pairs.InMemorySource source = new Pairs.InMemorySource();

    @Test
    void whatTheSieveLeavesOutIsCountedAndNotInTheSnapshot() {
        source.add(Pairs.of(10, 5));
        SnapshotMaker maker = maker((pairs, stop) -> new Sieved(Pairs.of(7, 5), 0.9));

        Snapshot frozen = maker.freeze();
        SnapshotMaker.Sifted sieved = maker.sieved(frozen, () -> false);

        assertThat(frozen.all()).hasSize(10);
        assertThat(sieved.snapshot().all()).containsExactlyInAnyOrderElementsOf(Pairs.of(7, 5));
        assertThat(sieved.snapshot().heldOut()).isNotEmpty();
        assertThat(sieved.summary().sieving()).isEqualTo(new Snapshot.Sieving(3, 0.9));
        assertThat(sieved.snapshot().lastPosition()).isEqualTo(10);
    }

    @Test
    void whereEverythingPassesTheDatasetStaysTheSame() {
        source.add(Pairs.of(10, 5));
        SnapshotMaker maker = maker(PairSieve.OPEN);

        Snapshot frozen = maker.freeze();

        assertThat(maker.sieved(frozen, () -> false).snapshot()).isEqualTo(frozen);
    }

    @Test
    void noPairsAreTooFew() {
        assertThatThrownBy(() -> maker(PairSieve.OPEN).freeze())
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("0 usable pairs are fewer than the 4 a run needs");
    }

    @Test
    void tooFewPairsAreRefused() {
        source.add(Pairs.of(3, 3));

        assertThatThrownBy(() -> maker(PairSieve.OPEN).freeze())
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("3 usable pairs are fewer than the 4 a run needs");
    }

    @Test
    void tooFewThatPassAreRefused() {
        source.add(Pairs.of(10, 5));
        SnapshotMaker maker = maker((pairs, stop) -> new Sieved(pairs.subList(0, 2), 0.9));

        assertThatThrownBy(() -> maker.sieved(maker.freeze(), () -> false))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("2 usable pairs are fewer than the 4 a run needs")
                .hasMessageContaining("8 more are unlikely to satisfy");
    }

    private SnapshotMaker maker(PairSieve sieve) {
        return new SnapshotMaker(source, Texts.encoder(), sieve, RULES);
    }
}
