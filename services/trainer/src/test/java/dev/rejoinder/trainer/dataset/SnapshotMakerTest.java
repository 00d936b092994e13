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
        SnapshotMaker maker = maker(pairs -> new Sieved(Pairs.of(7, 5), 0.9));

        Snapshot frozen = maker.freeze();
        Snapshot sieved = maker.sieved(frozen);

        assertThat(frozen.all()).hasSize(10);
        assertThat(sieved.all()).containsExactlyInAnyOrderElementsOf(Pairs.of(7, 5));
        assertThat(sieved.heldOut()).isNotEmpty();
        assertThat(sieved.summary().sieving()).isEqualTo(new Snapshot.Sieving(3, 0.9));
        assertThat(sieved.lastPosition()).isEqualTo(10);
    }

    @Test
    void whereEverythingPassesTheDatasetStaysTheSame() {
        source.add(Pairs.of(10, 5));
        SnapshotMaker maker = maker(PairSieve.OPEN);

        Snapshot frozen = maker.freeze();

        assertThat(maker.sieved(frozen)).isEqualTo(frozen);
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
        SnapshotMaker maker = maker(pairs -> new Sieved(pairs.subList(0, 2), 0.9));

        assertThatThrownBy(() -> maker.sieved(maker.freeze()))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("2 usable pairs are fewer than the 4 a run needs");
    }

    private SnapshotMaker maker(PairSieve sieve) {
        return new SnapshotMaker(source, Texts.encoder(), sieve, RULES);
    }
}
