package dev.rejoinder.trainer.run;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.trainer.Pairs;
import dev.rejoinder.trainer.dataset.Curation;
import dev.rejoinder.trainer.dataset.PairEncoder;
import dev.rejoinder.trainer.dataset.PairSieve;
import dev.rejoinder.trainer.dataset.PairSource;
import dev.rejoinder.trainer.dataset.SnapshotMaker;
import dev.rejoinder.trainer.dataset.SnapshotStore;
import dev.rejoinder.trainer.dataset.Split;
import dev.rejoinder.trainer.evaluate.Evaluation;
import dev.rejoinder.trainer.evaluate.Gate;
import dev.rejoinder.trainer.evaluate.GateLimits;
import dev.rejoinder.trainer.loss.Preference;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;

/** A trainer around the tiny model: everything real but the neighbours, which live in memory. */
final class TinyTrainer {
    static final int PAIRS = 14;

    /** A gate that a random model can pass: only a no-op is refused. */
    static final GateLimits LENIENT = new GateLimits(0, -100, 100, -100, 0, 0, 100, 100, 1e-6);

    final InMemoryRegistry registry = new InMemoryRegistry();
    final Pairs.InMemorySource source = new Pairs.InMemorySource().add(Pairs.of(PAIRS, 7));

    final RunStore runs;

    PairSieve sieve = PairSieve.OPEN;

    private final LanguageModel model;
    private final Path folder;
    private final Clock clock = Clock.fixed(Runs.NOW, ZoneOffset.UTC);

    TinyTrainer(LanguageModel model, Path folder) {
        this(model, folder, new InMemoryRunStore());
    }

    TinyTrainer(LanguageModel model, Path folder, RunStore runs) {
        this.model = model;
        this.folder = folder;
        this.runs = runs;
    }

    static Hyperparameters hyperparameters() {
        return hyperparameters(3);
    }

    static Hyperparameters hyperparameters(int epochs) {
        return hyperparameters(epochs, 0);
    }

    static Hyperparameters hyperparameters(int epochs, int minSteps) {
        return hyperparameters(1, epochs, minSteps);
    }

    static Hyperparameters hyperparameters(double anchorWeight, int epochs, int minSteps) {
        return new Hyperparameters(
                new Preference.Dpo(0.1, 1),
                anchorWeight,
                AdapterConfig.attention(),
                new Hyperparameters.Optimiser(
                        new Schedule(5e-3, 0.2, Schedule.Shape.COSINE), 0.01, 1),
                epochs,
                minSteps,
                4,
                11);
    }

    RunQueue queue() {
        return queue(source);
    }

    RunQueue queue(PairSource pairs) {
        return new RunQueue(
                new RunQueue.Shelves(new SnapshotStore(workspace().datasets()), runs, clock),
                model.info(),
                maker(pairs));
    }

    private SnapshotMaker maker(PairSource pairs) {
        return new SnapshotMaker(
                pairs,
                new PairEncoder(model.tokenizer(), model.chat()),
                sieve,
                new SnapshotMaker.Rules(4, new Curation(100, 400), new Split(0.15)));
    }

    RunExecutor executor(RunObserver observer) {
        return executor(observer, LENIENT);
    }

    RunExecutor executor(RunObserver observer, GateLimits limits) {
        return new RunExecutor(
                new RunExecutor.Surroundings(
                        model,
                        runs,
                        maker(source),
                        new SnapshotStore(workspace().datasets()),
                        workspace(),
                        registry,
                        observer,
                        clock),
                new RunExecutor.Conduct(
                        new RunExecutor.Pace(2, 1),
                        true,
                        new Evaluation.Effort(4, 6, 4),
                        new Gate(limits)));
    }

    Workspace workspace() {
        return new Workspace(folder);
    }

    /** Watches nothing. */
    static RunObserver nobody() {
        return new RunObserver() {
            @Override
            public void changed(Run run) {}

            @Override
            public void stepped(Curve.Step step) {}
        };
    }
}
