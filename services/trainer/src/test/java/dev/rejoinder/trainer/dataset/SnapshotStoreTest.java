package dev.rejoinder.trainer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.trainer.Pairs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotStoreTest {
    @TempDir Path folder;

    private final Snapshot snapshot = new Split(0.2).of(Pairs.of(10, 5), 42);

    @Test
    void aSnapshotIsReadAgainByItsDigest() {
        SnapshotStore store = new SnapshotStore(folder);
        store.save(snapshot);

        assertThat(store.load(snapshot.digest())).isEqualTo(snapshot);
    }

    @Test
    void theDigestSeesTextsOrderAndDivision() {
        List<Pair> train = snapshot.train();
        Snapshot reversed = new Snapshot(train.reversed(), snapshot.heldOut(), 42);
        Snapshot swapped = new Snapshot(snapshot.heldOut(), train, 42);

        assertThat(reversed.digest()).isNotEqualTo(snapshot.digest());
        assertThat(swapped.digest()).isNotEqualTo(snapshot.digest());
        assertThat(new Snapshot(train, snapshot.heldOut(), 43).digest())
                .isEqualTo(snapshot.digest());
    }

    @Test
    void aChangedSnapshotIsRefused() throws Exception {
        SnapshotStore store = new SnapshotStore(folder);
        store.save(snapshot);
        Path file = folder.resolve(snapshot.digest() + ".jsonl");
        Files.writeString(file, Files.readString(file).replace("It is 3.", "It is 4."));

        assertThatThrownBy(() -> store.load(snapshot.digest()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was changed")
                .hasMessageContaining("start a new run");
    }

    @Test
    void aDamagedSnapshotIsRefused() throws Exception {
        SnapshotStore store = new SnapshotStore(folder);
        store.save(snapshot);
        Path file = folder.resolve(snapshot.digest() + ".jsonl");
        String text = Files.readString(file);
        Files.writeString(file, text.substring(0, text.length() - 40));

        assertThatThrownBy(() -> store.load(snapshot.digest())).hasMessageContaining("damaged");
    }

    @Test
    void anUnknownSnapshotIsRefused() {
        assertThatThrownBy(() -> new SnapshotStore(folder).load("0".repeat(64)))
                .hasMessageContaining("there is no dataset");
    }
}
