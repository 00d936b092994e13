package dev.rejoinder.trainer.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.trainer.Models;
import dev.rejoinder.trainer.dataset.InterruptedRunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnchorStoreTest {
    private static LanguageModel model;

    @TempDir Path folder;

    @BeforeAll
    static void load(@TempDir Path models) throws IOException {
        model = Models.tiny(models.resolve("tiny"));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void theBaseGoesOnFromEveryOpeningAndIsScoredOnIt() {
        List<Anchor> anchors = store().anchors(7, () -> false);

        assertThat(anchors).hasSizeGreaterThan(40);
        for (Anchor anchor : anchors) {
            assertThat(anchor.base())
                    .containsExactly(
                            model.score(List.of(anchor.pack()), null)[0][0], within(1e-4f));
            assertThat(anchor.loss().at(new float[][] {anchor.base()}).loss()).isZero();
        }
    }

    @Test
    void whatWasWrittenOnceIsReadBackAsItWas() throws IOException {
        List<Anchor> written = store().anchors(7, () -> false);
        long changed = Files.getLastModifiedTime(file()).toMillis();

        List<Anchor> read = store().anchors(7, () -> true);

        assertThat(numbers(read)).isEqualTo(numbers(written));
        assertThat(Files.getLastModifiedTime(file()).toMillis()).isEqualTo(changed);
    }

    @Test
    void anotherSeedSaysSomethingElse() {
        assertThat(numbers(store().anchors(8, () -> false)))
                .isNotEqualTo(numbers(store().anchors(7, () -> false)));
    }

    @Test
    void aDamagedFileIsWrittenAgain() throws IOException {
        List<Anchor> written = store().anchors(7, () -> false);
        Path file = file();
        Files.writeString(file, Files.readString(file).substring(0, 1000));

        assertThat(numbers(store().anchors(7, () -> false))).isEqualTo(numbers(written));
        assertThat(numbers(store().anchors(7, () -> true))).isEqualTo(numbers(written));
    }

    @Test
    void aStopIsHeardAndLeavesNothingHalf() {
        assertThatThrownBy(() -> store().anchors(7, () -> true))
                .isInstanceOf(InterruptedRunException.class);

        assertThat(folder).isEmptyDirectory();
    }

    private AnchorStore store() {
        return new AnchorStore(folder, model);
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().getFirst();
        }
    }

    private static List<String> numbers(List<Anchor> anchors) {
        return anchors.stream()
                .map(a ->
                        Arrays.toString(a.pack().prefix())
                                + Arrays.toString(a.pack().continuations().getFirst())
                                + Arrays.toString(a.base()))
                .toList();
    }
}
