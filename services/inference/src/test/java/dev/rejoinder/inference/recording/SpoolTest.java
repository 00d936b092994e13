package dev.rejoinder.inference.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final long PLENTY = 1 << 30;
    private static final long SMALL_SEGMENT = 200;

    @TempDir Path folder;

    private static SpoolEntry entry(int i) {
        return new SpoolEntry("key-" + i, ("value number " + i).getBytes());
    }

    private static void appendAll(Spool spool, int from, int to) {
        CompletableFuture.allOf(
                        IntStream.range(from, to)
                                .mapToObj(i -> spool.append(entry(i)))
                                .toArray(CompletableFuture[]::new))
                .join();
    }

    private static List<String> drain(Spool spool) {
        List<String> keys = new ArrayList<>();
        while (true) {
            Spool.Batch batch = spool.read(100);
            if (batch.entries().isEmpty()) return keys;
            batch.entries().forEach(e -> keys.add(e.key()));
            spool.acknowledge(batch);
        }
    }

    private static List<String> keys(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "key-" + i).toList();
    }

    private static Path newestSegment(Path folder) throws IOException {
        return Segment.in(folder).getLast().file();
    }

    @Test
    void entriesComeOutOnceAndInOrderAcrossSegmentsAndRestarts() throws IOException {
        try (Spool spool = Spool.open(folder, PLENTY, SMALL_SEGMENT)) {
            for (int i = 0; i < 20; i++) appendAll(spool, i, i + 1);
            assertThat(Segment.in(folder)).hasSizeGreaterThan(2);
            Spool.Batch first = spool.read(100);
            spool.acknowledge(first);
            assertThat(first.entries().getFirst().value()).isEqualTo("value number 0".getBytes());
            assertThat(first.entries()).hasSizeBetween(1, 19);
            appendAll(spool, 20, 30);

            List<String> rest = drain(spool);

            assertThat(rest).isEqualTo(keys(first.entries().size(), 30));
        }
        try (Spool again = Spool.open(folder, PLENTY, SMALL_SEGMENT)) {
            assertThat(again.pendingEntries()).isZero();
            appendAll(again, 30, 35);
            assertThat(drain(again)).isEqualTo(keys(30, 35));
        }
        assertThat(Segment.in(folder)).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void whatWasNotAcknowledgedIsReadAgainAfterAKill() {
        try (Spool spool = Spool.open(folder, PLENTY, SMALL_SEGMENT)) {
            appendAll(spool, 0, 9);
            spool.read(1000); // sent, and killed before the acknowledgement
        }

        try (Spool again = Spool.open(folder, PLENTY, SMALL_SEGMENT)) {
            assertThat(again.pendingEntries()).isEqualTo(9);
            assertThat(drain(again)).isEqualTo(keys(0, 9));
        }
    }

    /** Every length a kill can leave the last write at. */
    @Test
    void aTornTailIsCutOffAndEverythingBeforeItIsKept(@TempDir Path copies) throws IOException {
        try (Spool spool = Spool.open(folder, PLENTY)) {
            appendAll(spool, 0, 4);
        }
        byte[] whole = Files.readAllBytes(newestSegment(folder));
        int frame = whole.length / 4;

        for (int length = 0; length <= whole.length; length++) {
            Path copy = copies.resolve("cut-" + length);
            Files.createDirectories(copy);
            Path segment = copy.resolve(newestSegment(folder).getFileName());
            Files.write(segment, java.util.Arrays.copyOf(whole, length));
            try (Spool again = Spool.open(copy, PLENTY)) {
                appendAll(again, 100, 101);
                List<String> expected = new ArrayList<>(keys(0, length / frame));
                expected.add("key-100");
                assertThat(drain(again)).as("cut at %d", length).isEqualTo(expected);
            }
        }
    }

    @Test
    void aFlippedBitEndsTheSegmentBeforeTheDamageAndNeverGivesAWrongEntry(@TempDir Path copies)
            throws IOException {
        long seed = 11;
        Random random = new Random(seed);
        try (Spool spool = Spool.open(folder, PLENTY)) {
            appendAll(spool, 0, 4);
        }
        byte[] whole = Files.readAllBytes(newestSegment(folder));
        int frame = whole.length / 4;

        for (int trial = 0; trial < 50; trial++) {
            byte[] damaged = whole.clone();
            int at = random.nextInt(damaged.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Path copy = Files.createDirectories(copies.resolve("bit-" + trial));
            Files.write(copy.resolve(newestSegment(folder).getFileName()), damaged);
            try (Spool again = Spool.open(copy, PLENTY)) {
                assertThat(drain(again))
                        .as("seed %d, byte %d", seed, at)
                        .isEqualTo(keys(0, at / frame));
            }
        }
    }

    @Test
    void damageInAnOldSegmentCostsThatSegmentsRestOnly() throws IOException {
        try (Spool spool = Spool.open(folder, PLENTY, 60)) {
            for (int i = 0; i < 6; i++) appendAll(spool, i, i + 1);
        }
        List<Segment> segments = Segment.in(folder);
        assertThat(segments).hasSize(3);
        byte[] bytes = Files.readAllBytes(segments.getFirst().file());
        bytes[bytes.length - 1] ^= 1;
        Files.write(segments.getFirst().file(), bytes);

        try (Spool again = Spool.open(folder, PLENTY, 60)) {
            assertThat(drain(again)).containsExactly("key-0", "key-2", "key-3", "key-4", "key-5");
        }
    }

    @Test
    void aDamagedCursorSendsAgainRatherThanSkips() throws IOException {
        try (Spool spool = Spool.open(folder, PLENTY)) {
            appendAll(spool, 0, 3);
            spool.acknowledge(spool.read(1));
        }
        Files.write(folder.resolve("cursor"), new byte[] {1, 2, 3});

        try (Spool again = Spool.open(folder, PLENTY)) {
            assertThat(drain(again)).isEqualTo(keys(0, 3));
        }
    }

    @Test
    void entriesOfManyThreadsAreAllKeptWhole() {
        try (Spool spool = Spool.open(folder, PLENTY, SMALL_SEGMENT)) {
            List<CompletableFuture<Void>> durable =
                    IntStream.range(0, 500)
                            .parallel()
                            .mapToObj(i -> spool.append(entry(i)))
                            .toList();
            durable.forEach(CompletableFuture::join);

            assertThat(drain(spool)).containsExactlyInAnyOrderElementsOf(keys(0, 500));
        }
    }

    @Test
    void aFullSpoolSaysSoAndHasRoomAgainWhenDrained() {
        try (Spool spool = Spool.open(folder, 100)) {
            assertThat(spool.hasRoom()).isTrue();
            appendAll(spool, 0, 5);
            assertThat(spool.pendingBytes()).isGreaterThan(100);
            assertThat(spool.hasRoom()).isFalse();

            drain(spool);

            assertThat(spool.hasRoom()).isTrue();
            assertThat(spool.pendingBytes()).isZero();
        }
    }

    @Test
    void aSecondOwnerIsKeptOut() {
        try (Spool spool = Spool.open(folder, PLENTY)) {
            assertThatThrownBy(() -> Spool.open(folder, PLENTY))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("spool.folder");
            appendAll(spool, 0, 1);
        }
    }

    @Test
    void aWriteThatFailsIsReportedAndTheNextOneGoesToANewSegment() throws Exception {
        try (Spool spool = Spool.open(folder, PLENTY, 10)) {
            appendAll(spool, 0, 1);
            Path away = folder.resolveSibling(folder.getFileName() + "-away");
            Files.move(folder, away, StandardCopyOption.ATOMIC_MOVE);

            assertThat(spool.append(entry(1))).failsWithin(java.time.Duration.ofSeconds(5));

            Files.move(away, folder, StandardCopyOption.ATOMIC_MOVE);
            appendAll(spool, 2, 3);
            assertThat(drain(spool)).containsExactly("key-0", "key-2");
        }
    }

    @Test
    void aClosedSpoolRefusesEntriesInsteadOfLosingThem() {
        Spool spool = Spool.open(folder, PLENTY);
        appendAll(spool, 0, 1);
        spool.close();

        assertThat(spool.append(entry(1))).isCompletedExceptionally();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isNotEmpty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
