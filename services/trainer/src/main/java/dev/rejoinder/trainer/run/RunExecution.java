package dev.rejoinder.trainer.run;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.trainer.anchor.Anchor;
import dev.rejoinder.trainer.anchor.AnchorStore;
import dev.rejoinder.trainer.dataset.InterruptedRunException;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.dataset.ReferenceCache;
import dev.rejoinder.trainer.dataset.References;
import dev.rejoinder.trainer.dataset.Snapshot;
import dev.rejoinder.trainer.dataset.SnapshotMaker;
import dev.rejoinder.trainer.dataset.TrainingPair;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/** One run on its way through its states; each state it reaches is saved before it goes on. */
final class RunExecution {
    private static final Log LOG = Log.of(RunExecution.class);

    private final RunExecutor.Surroundings around;
    private final RunExecutor.Conduct conduct;
    private final BooleanSupplier stop;

    /** Whether another process, or another attempt of this one, had the run before. */
    private boolean resumed;

    private Run current;

    RunExecution(
            RunExecutor.Surroundings around,
            RunExecutor.Conduct conduct,
            Run.Open run,
            BooleanSupplier stop) {
        this.around = around;
        this.conduct = conduct;
        this.stop = stop;
        this.current = run;
        this.resumed = !(run instanceof Run.Queued);
    }

    RunId id() {
        return current.id();
    }

    /**
     * @throws InterruptedRunException if the service stops
     */
    void toTheEnd() {
        requireSameBase();
        while (current instanceof Run.Open open)
            switch (open) {
                case Run.Queued queued -> save(queued.prepare(now()));
                case Run.Preparing preparing -> prepare(preparing);
                case Run.Training training -> train(training);
                case Run.Evaluating evaluating -> evaluate(evaluating);
            }
        around.workspace().clear(current.id());
        LOG.info("run over", "runId", current.id(), "state", current.state());
    }

    /** Ends a run that cannot be carried on. */
    void fail(RuntimeException reason) {
        LOG.error("run failed", reason, "runId", current.id());
        if (current instanceof Run.Open open) save(open.fail(oneLine(reason), now()));
        around.workspace().clear(current.id());
    }

    private void prepare(Run.Preparing preparing) {
        // Before the resume is told: a neighbour that is away is asked again every second.
        SnapshotMaker.Sifted sifted = around.maker().sieved(snapshot(), stop);
        Run.Preparing begun = preparing;
        if (resumed) save(begun = preparing.resume(0, now()));
        resumed = false;
        around.snapshots().save(sifted.snapshot());
        ready(sifted.snapshot().train());
        ready(sifted.snapshot().heldOut());
        anchors();
        save(begun.train(sifted.summary(), now()));
    }

    private void train(Run.Training training) {
        TrainingAttempt.Plan plan =
                new TrainingAttempt.Plan(
                        training.id(),
                        training.facts().hyperparameters(),
                        ready(snapshot().train()),
                        anchors(),
                        around.workspace(),
                        training.progress().totalSteps(),
                        conduct.pace().checkpointEvery());
        try (TrainingAttempt attempt = TrainingAttempt.start(around.model(), plan)) {
            Run.Training going = training;
            if (resumed) save(going = training.resume(attempt.steps(), now()));
            resumed = false;
            while (!attempt.isDone()) going = step(going, attempt);
            save(going.evaluate(now()));
        }
    }

    private Run.Training step(Run.Training training, TrainingAttempt attempt) {
        if (stop.getAsBoolean()) {
            save(training);
            attempt.checkpoint();
            throw new InterruptedRunException();
        }
        Curve.Step made = attempt.step();
        Run.Training moved = training.with(made, now());
        around.observer().stepped(made);
        current = moved;
        // The curve before the checkpoint: a resume forgets steps it has not kept, and so never
        // goes on from a step that the curve does not know.
        boolean keeps = attempt.isCheckpointDue();
        if (keeps || made.step() % conduct.pace().reportEvery() == 0) save(moved);
        if (keeps) attempt.keep();
        return moved;
    }

    private void evaluate(Run.Evaluating evaluating) {
        Run.Evaluating begun = evaluating;
        if (resumed) save(begun = evaluating.resume(evaluating.progress().step(), now()));
        resumed = false;
        Snapshot snapshot = snapshot();
        Judgement judgement = new Judgement(around, conduct, stop);
        save(
                judgement.of(
                        begun,
                        new Judgement.Data(
                                snapshot, ready(snapshot.train()), ready(snapshot.heldOut()))));
    }

    private Snapshot snapshot() {
        return around.snapshots().load(current.facts().dataset().digest());
    }

    private List<TrainingPair> ready(List<Pair> pairs) {
        LanguageModel model = around.model();
        ReferenceCache cache =
                new ReferenceCache(
                        around.workspace().references(),
                        model.info().digest(),
                        model.tokenizer().digest());
        return new References(model, cache).prepare(pairs, stop);
    }

    private List<Anchor> anchors() {
        Hyperparameters h = current.facts().hyperparameters();
        if (h.anchorWeight() == 0) return List.of();
        return new AnchorStore(around.workspace().references(), around.model())
                .anchors(h.seed(), stop);
    }

    private void requireSameBase() {
        String loaded = around.model().info().digest();
        if (!loaded.equals(current.facts().baseDigest()))
            throw new IllegalArgumentException(
                    "the run is for the base "
                            + current.facts().baseDigest()
                            + ", but "
                            + loaded
                            + " is loaded; load the former again or start a new run");
    }

    private void save(Run run) {
        around.runs().save(run);
        current = run;
        around.observer().changed(run);
    }

    private Instant now() {
        return around.clock().instant();
    }

    private static String oneLine(RuntimeException reason) {
        String message = String.valueOf(reason.getMessage()).lines().findFirst().orElse("");
        return reason instanceof Refusal || reason instanceof IllegalArgumentException
                ? message
                : reason.getClass().getSimpleName() + ": " + message;
    }
}
