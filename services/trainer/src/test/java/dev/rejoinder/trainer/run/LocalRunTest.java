package dev.rejoinder.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.PeftFolder;
import dev.rejoinder.lm.read.Digests;
import dev.rejoinder.trainer.Models;
import dev.rejoinder.trainer.Pairs;
import dev.rejoinder.trainer.dataset.Pair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRunTest {
    private static final List<Pair> PAIRS = Pairs.of(10, 3);

    /** 3 steps each. */
    private static final int EPOCHS = 4;

    private static final int STEPS = 3 * EPOCHS;

    private static LanguageModel model;

    @TempDir Path folder;

    @BeforeAll
    static void load(@TempDir Path tiny) throws Exception {
        model = Models.tiny(tiny);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** Ends the process's work as a kill does: nothing is tidied or saved. */
    private static final class Killed extends Error {
        Killed() {
            super("killed");
        }
    }

    /** Remembers what it was told, and dies after a step. */
    private static final class Witness implements LocalRun.Watcher {
        private final int last;
        private int begunAt = -1;

        Witness(int last) {
            this.last = last;
        }

        @Override
        public void begun(int steps, int totalSteps) {
            begunAt = steps;
        }

        @Override
        public void stepped(Curve.Step step) {
            if (step.step() == last) throw new Killed();
        }
    }

    @Test
    void aRunThatWasKilledTwiceEndsWithTheAdapterOfAnUnbrokenOne() throws Exception {
        Path whole = folder.resolve("whole");
        Path broken = folder.resolve("broken");
        LocalReport unbroken = LocalRun.train(model, PAIRS, order(whole), new Witness(0));
        killAfter(5, broken);
        killAfter(8, broken);
        Witness last = new Witness(0);

        LocalReport report = LocalRun.train(model, PAIRS, order(broken), last);

        assertThat(last.begunAt).isEqualTo(8);
        assertThat(report.resumes()).isEqualTo(2);
        assertThat(Files.readAllBytes(broken.resolve(PeftFolder.WEIGHTS)))
                .isEqualTo(Files.readAllBytes(whole.resolve(PeftFolder.WEIGHTS)));
        assertThat(report.steps())
                .usingRecursiveComparison()
                .ignoringFields("seconds")
                .isEqualTo(unbroken.steps());
    }

    private void killAfter(int step, Path out) {
        assertThatThrownBy(() -> LocalRun.train(model, PAIRS, order(out), new Witness(step)))
                .isInstanceOf(Killed.class);
    }

    @Test
    void theResultIsAPeftFolderThatPrefersTheChosenRepliesAndItsFigures() throws Exception {
        LocalReport report = LocalRun.train(model, PAIRS, order(folder), new Witness(0));

        assertThat(report.finished()).isTrue();
        assertThat(report.steps()).hasSize(STEPS);
        assertThat(report.steps().getLast().margin()).isGreaterThan(0.05);
        assertThat(report.steps().getLast().loss()).isLessThan(report.steps().getFirst().loss());
        assertThat(report.adapterDigest())
                .isEqualTo(Digests.of(folder.resolve(PeftFolder.WEIGHTS)));
        assertThat(LocalReport.read(folder)).contains(report);
        assertThat(folder.resolve("work")).doesNotExist();
        try (var adapter = model.loadAdapter(folder)) {
            assertThat(adapter.digest()).isEqualTo(report.adapterDigest());
        }
    }

    @Test
    void aFinishedRunIsNotTrainedAgain() {
        LocalReport first = LocalRun.train(model, PAIRS, order(folder), new Witness(0));
        Witness second = new Witness(0);

        assertThat(LocalRun.train(model, PAIRS, order(folder), second)).isEqualTo(first);
        assertThat(second.begunAt).isEqualTo(-1);
    }

    @Test
    void aFolderOfAnotherRunIsNotWrittenTo() {
        LocalRun.train(model, PAIRS, order(folder), new Witness(0));

        assertThatThrownBy(() ->
                        LocalRun.train(model, PAIRS.subList(0, 4), order(folder), new Witness(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("--out");
    }

    @Test
    void anAdapterOfAnotherToolIsNotWrittenOver() throws Exception {
        Files.writeString(folder.resolve(PeftFolder.WEIGHTS), "theirs");

        assertThatThrownBy(() -> LocalRun.train(model, PAIRS, order(folder), new Witness(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another adapter");
        assertThat(folder.resolve(PeftFolder.WEIGHTS)).hasContent("theirs");
    }

    @Test
    void aReportThatIsNoneIsNamed() throws Exception {
        Files.writeString(folder.resolve(LocalReport.FILE), "[]");

        assertThatThrownBy(() -> LocalRun.train(model, PAIRS, order(folder), new Witness(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(LocalReport.FILE);
    }

    @Test
    void noPairsAreRefused() {
        assertThatThrownBy(() -> LocalRun.train(model, List.of(), order(folder), new Witness(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no pairs");
    }

    private static LocalRun.Order order(Path out) {
        return new LocalRun.Order(TinyTrainer.hyperparameters(EPOCHS), out, 4);
    }
}
