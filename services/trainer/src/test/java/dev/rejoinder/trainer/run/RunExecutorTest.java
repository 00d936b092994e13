package dev.rejoinder.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.trainer.Models;
import dev.rejoinder.trainer.Pairs;
import dev.rejoinder.trainer.anchor.Anchor;
import dev.rejoinder.trainer.anchor.AnchorStore;
import dev.rejoinder.trainer.dataset.PairSieve;
import dev.rejoinder.trainer.dataset.Snapshot;
import dev.rejoinder.trainer.evaluate.GateLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole life of a run on a real, tiny model. */
class RunExecutorTest {
    /**
     * 12 pairs to train on, 4 a step: 3 steps an epoch, 9 in all; checkpoints after 2, 3, 4, 6, 8,
     * 9.
     */
    private static final int STEPS = 9;

    private static LanguageModel model;

    /** A run that nobody interrupted. */
    private static Run whole;

    @TempDir Path folder;

    @BeforeAll
    static void load(@TempDir Path models) throws IOException {
        model = Models.tiny(models.resolve("tiny"));
        TinyTrainer trainer = new TinyTrainer(model, models.resolve("whole"));
        trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters());
        trainer.executor(TinyTrainer.nobody()).runNext(() -> false);
        whole = ended(trainer);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void pairsBecomeARegisteredAdapterWithItsWholeLineage() {
        InMemoryRunStore runs = new InMemoryRunStore();
        TinyTrainer trainer = new TinyTrainer(model, folder, runs);
        Run queued = trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters());

        assertThat(trainer.executor(TinyTrainer.nobody()).runNext(() -> false)).isTrue();

        Run end = runs.find(queued.id()).orElseThrow();
        assertThat(end).isInstanceOf(Run.Registered.class);
        assertThat(end.progress().step()).isEqualTo(STEPS);
        CandidateRegistry.Candidate candidate = trainer.registry.candidates().getFirst();
        assertThat(candidate.dataset().summary()).isEqualTo(queued.facts().dataset());
        assertThat(candidate.folder())
                .hasFileName(candidate.verdict().adapterDigest())
                .isDirectoryContaining("glob:**/adapter_model.safetensors")
                .isDirectoryContaining("glob:**/adapter_config.json");
        assertThat(runs.saved())
                .extracting(Run::state)
                .containsSubsequence("QUEUED", "PREPARING", "TRAINING", "EVALUATING", "REGISTERED");
    }

    @Test
    void onlyWhatPassesTheSieveIsLearnedAndStepsArePlannedForThat() {
        TinyTrainer trainer = new TinyTrainer(model, folder);
        trainer.sieve = (pairs, stop) -> new PairSieve.Sieved(Pairs.of(9, 7), 0.8);
        Run queued = trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters());

        trainer.executor(TinyTrainer.nobody()).runNext(() -> true);
        trainer.executor(TinyTrainer.nobody()).runNext(() -> false);

        Run end = ended(trainer);
        Snapshot.Summary learned = end.facts().dataset();
        assertThat(queued.facts().dataset().sieving().leftOut()).isZero();
        assertThat(learned.sieving()).isEqualTo(new Snapshot.Sieving(5, 0.8));
        assertThat(learned.train() + learned.heldOut()).isEqualTo(9);
        assertThat(end.progress().totalSteps())
                .isEqualTo(TinyTrainer.hyperparameters().totalSteps(learned.train()))
                .isLessThan(queued.progress().totalSteps());
        assertThat(end.progress().resumes()).isEqualTo(1);
        assertThat(trainer.registry.candidates().getFirst().dataset().digest())
                .isEqualTo(learned.digest());
    }

    @Test
    void aRunEndsAtItsFewestStepsInTheMiddleOfAPass() {
        TinyTrainer trainer = new TinyTrainer(model, folder);
        trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters(1, STEPS + 1));

        trainer.executor(TinyTrainer.nobody()).runNext(() -> false);

        Run end = ended(trainer);
        assertThat(end).isInstanceOf(Run.Registered.class);
        assertThat(end.progress().step()).isEqualTo(STEPS + 1);
        assertThat(end.judged().orElseThrow().epoch()).isEqualTo(4);
    }

    @Test
    void anAnchoredRunStaysNearerToTheBaseOnTextsItNeverSaw() {
        List<Anchor> unseen =
                new AnchorStore(folder.resolve("unseen"), model).anchors(99, () -> false);

        double free = drift(unseen, TinyTrainer.hyperparameters(0, 3, 0), folder.resolve("free"));
        double held = drift(unseen, TinyTrainer.hyperparameters(50, 3, 0), folder.resolve("held"));

        assertThat(held).isPositive().isLessThan(free / 2);
    }

    private static double drift(List<Anchor> anchors, Hyperparameters learning, Path folder) {
        TinyTrainer trainer = new TinyTrainer(model, folder);
        trainer.queue().enqueue(Cause.COMMAND, learning);
        trainer.executor(TinyTrainer.nobody()).runNext(() -> false);
        assertThat(ended(trainer).progress().curve().steps()).hasSize(STEPS);
        try (Adapter adapter =
                model.loadAdapter(trainer.registry.candidates().getFirst().folder())) {
            return anchors.stream()
                    .mapToDouble(
                            a -> a.loss().at(model.score(List.of(a.pack()), adapter)[0]).loss())
                    .average()
                    .orElseThrow();
        }
    }

    @Test
    void aNeighbourThatIsAwayWhileARunIsPreparedCostsTimeAlone() {
        InMemoryRunStore runs = new InMemoryRunStore();
        TinyTrainer trainer = new TinyTrainer(model, folder, runs);
        trainer.sieve =
                (pairs, stop) -> {
                    throw Refusal.unavailable("preferences is away");
                };
        trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters());
        for (int i = 0; i < 3; i++)
            assertThatThrownBy(() -> trainer.executor(TinyTrainer.nobody()).runNext(() -> false))
                    .isInstanceOf(Refusal.class);
        int told = runs.saved().size();
        trainer.sieve = PairSieve.OPEN;

        trainer.executor(TinyTrainer.nobody()).runNext(() -> false);

        assertThat(told).isEqualTo(2);
        assertThat(ended(trainer)).isInstanceOf(Run.Registered.class);
    }

    @Test
    void aRunOfWhichTooLittlePassesFailsAndSaysSo() {
        TinyTrainer trainer = new TinyTrainer(model, folder);
        trainer.sieve = (pairs, stop) -> new PairSieve.Sieved(Pairs.of(3, 3), 0.8);
        trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters());

        trainer.executor(TinyTrainer.nobody()).runNext(() -> false);

        assertThat(ended(trainer))
                .isInstanceOfSatisfying(
                        Run.Failed.class,
                        failed ->
                                assertThat(failed.message())
                                        .contains("3 usable pairs are fewer than the 4"));
    }

    @Test
    void theLossFallsAndPairsAreToldApart() {
        List<Curve.Step> curve = whole.progress().curve().steps();

        // The adapter starts as the base: no margin yet, and DPO's part is log 2.
        assertThat(curve.getFirst().margin()).isBetween(-1e-4, 1e-4);
        assertThat(curve.getLast().loss()).isLessThan(curve.getFirst().loss() - 0.05);
        assertThat(curve.getLast().margin()).isGreaterThan(0.01);
        assertThat(curve.getLast().accuracy()).isEqualTo(1);
    }

    /** 1 and 9 are the edges; 3 ends an epoch; after 5 the last checkpoint is one step old. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 9})
    void aKilledRunEndsWithTheAdapterOfAnUninterruptedOne(int lastStep) {
        TinyTrainer trainer = new TinyTrainer(model, folder);
        trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters());

        killAfter(lastStep, trainer);
        trainer.executor(TinyTrainer.nobody()).runNext(() -> false);

        Run end = ended(trainer);
        assertThat(end.judged()).isEqualTo(whole.judged());
        assertThat(end.progress().resumes()).isEqualTo(1);
        assertThat(losses(end)).isEqualTo(losses(whole));
    }

    @ParameterizedTest
    @ValueSource(ints = {STEPS, STEPS + 1, STEPS + 2})
    void aRunKilledInItsUnfinishedLastPassEndsAlike(int lastStep) {
        Hyperparameters learning = TinyTrainer.hyperparameters(1, STEPS + 2);
        TinyTrainer unbroken = new TinyTrainer(model, folder.resolve("unbroken"));
        unbroken.queue().enqueue(Cause.COMMAND, learning);
        unbroken.executor(TinyTrainer.nobody()).runNext(() -> false);
        TinyTrainer trainer = new TinyTrainer(model, folder.resolve("killed"));
        trainer.queue().enqueue(Cause.COMMAND, learning);

        killAfter(lastStep, trainer);
        trainer.executor(TinyTrainer.nobody()).runNext(() -> false);

        assertThat(ended(trainer).judged()).isEqualTo(ended(unbroken).judged());
        assertThat(losses(ended(trainer))).isEqualTo(losses(ended(unbroken)));
    }

    @Test
    void aDamagedCheckpointCostsTimeAndNotTheResult() throws IOException {
        TinyTrainer trainer = new TinyTrainer(model, folder);
        Run queued = trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters());
        killAfter(5, trainer);
        Path checkpoint = trainer.workspace().checkpoint(queued.id());
        byte[] bytes = Files.readAllBytes(checkpoint);
        bytes[bytes.length / 2] ^= 1;
        Files.write(checkpoint, bytes);

        trainer.executor(TinyTrainer.nobody()).runNext(() -> false);

        assertThat(ended(trainer).judged()).isEqualTo(whole.judged());
    }

    @Test
    void aStoppingServiceLeavesTheRunToItsNextStart() {
        TinyTrainer trainer = new TinyTrainer(model, folder);
        Run queued = trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters());
        AtomicBoolean stopping = new AtomicBoolean();

        trainer.executor(new StopAfterAStep(stopping)).runNext(stopping::get);
        Run left = trainer.runs.find(queued.id()).orElseThrow();
        trainer.executor(TinyTrainer.nobody()).runNext(() -> false);

        assertThat(left).isInstanceOf(Run.Training.class);
        assertThat(ended(trainer)).isInstanceOf(Run.Registered.class);
        assertThat(ended(trainer).progress().resumes()).isEqualTo(1);
    }

    @Test
    void anAdapterThatFailsTheGateIsRefusedWithEveryCheckAndNeverRegistered() {
        GateLimits impossible = new GateLimits(0, -100, 100, -0.001, 0, 0, 100, 100, 1e-6);
        TinyTrainer trainer = new TinyTrainer(model, folder);
        trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters());

        trainer.executor(TinyTrainer.nobody(), impossible).runNext(() -> false);

        Run end = ended(trainer);
        assertThat(end).isInstanceOf(Run.Refused.class);
        assertThat(end.judged().orElseThrow().gate().failures()).containsExactly("base_log_prob");
        assertThat(end.judged().orElseThrow().epoch()).isEqualTo(3);
        assertThat(trainer.registry.candidates()).isEmpty();
    }

    @Test
    void aRegistryThatIsAwayIsWaitedFor() {
        TinyTrainer trainer = new TinyTrainer(model, folder);
        trainer.registry.awayFor(1);
        trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters());

        trainer.executor(TinyTrainer.nobody()).runNext(() -> false);

        assertThat(ended(trainer)).isInstanceOf(Run.Registered.class);
    }

    @Test
    void aLostDatasetFailsTheRunAndSaysSo() throws IOException {
        TinyTrainer trainer = new TinyTrainer(model, folder);
        Run queued = trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters());
        String digest = queued.facts().dataset().digest();
        Files.delete(trainer.workspace().datasets().resolve(digest + ".jsonl"));

        trainer.executor(TinyTrainer.nobody()).runNext(() -> false);

        assertThat(ended(trainer))
                .isInstanceOfSatisfying(
                        Run.Failed.class,
                        f -> assertThat(f.message()).contains("there is no dataset " + digest));
    }

    @Test
    void aFailureWhileTheServiceStopsIsLeftToTheNextStart() throws IOException {
        TinyTrainer trainer = new TinyTrainer(model, folder);
        Run queued = trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters());
        String digest = queued.facts().dataset().digest();
        Files.delete(trainer.workspace().datasets().resolve(digest + ".jsonl"));

        trainer.executor(TinyTrainer.nobody()).runNext(() -> true);

        assertThat(trainer.runs.open()).hasSize(1);
    }

    @Test
    void askingTwiceForTheSameRunGivesOneAndAgainAfterItsEndAnother() {
        TinyTrainer trainer = new TinyTrainer(model, folder);
        Run first = trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters());
        Run same = trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters());
        trainer.executor(TinyTrainer.nobody()).runNext(() -> false);

        Run again = trainer.queue().enqueue(Cause.COMMAND, TinyTrainer.hyperparameters());

        assertThat(same.id()).isEqualTo(first.id());
        assertThat(again.id()).isNotEqualTo(first.id());
    }

    @Test
    void tooFewPairsAreRefusedWithBothNumbers() {
        TinyTrainer trainer = new TinyTrainer(model, folder);
        Pairs.InMemorySource few = new Pairs.InMemorySource().add(Pairs.of(3, 3));
        RunQueue queue = trainer.queue(few);

        assertThatThrownBy(() -> queue.enqueue(Cause.COMMAND, TinyTrainer.hyperparameters()))
                .hasMessageContaining("3 usable pairs are fewer than the 4");
    }

    private static void killAfter(int step, TinyTrainer trainer) {
        assertThatThrownBy(() -> trainer.executor(new KillerAfter(step)).runNext(() -> false))
                .isInstanceOf(Kill.class);
    }

    private static Run ended(TinyTrainer trainer) {
        return trainer.runs.lastFinished().orElseThrow();
    }

    private static List<Double> losses(Run run) {
        return run.progress().curve().steps().stream().map(Curve.Step::loss).toList();
    }

    /** As sudden as kill -9: no handler runs, nothing more is written. */
    private static final class Kill extends Error {}

    private record StopAfterAStep(AtomicBoolean stopping) implements RunObserver {
        @Override
        public void changed(Run run) {}

        @Override
        public void stepped(Curve.Step made) {
            stopping.set(true);
        }
    }

    private record KillerAfter(int step) implements RunObserver {
        @Override
        public void changed(Run run) {}

        @Override
        public void stepped(Curve.Step made) {
            if (made.step() == step) throw new Kill();
        }
    }
}
