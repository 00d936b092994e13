package dev.rejoinder.trainer.run;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.PeftFolder;
import dev.rejoinder.trainer.anchor.Anchor;
import dev.rejoinder.trainer.anchor.AnchorStore;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.dataset.ReferenceCache;
import dev.rejoinder.trainer.dataset.References;
import dev.rejoinder.trainer.dataset.Snapshot;
import dev.rejoinder.trainer.dataset.TrainingPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A run without a platform: pairs in, a PEFT folder with a {@link LocalReport} out. Nothing is held
 * out, no gate judges.
 *
 * <ul>
 *   <li>A run that was killed goes on at its last checkpoint when it is asked for again, and ends
 *       with the adapter of an unbroken one, bit for bit.
 *   <li>What it needs on the way lies in {@code work} within the folder, and goes with its end.
 *   <li>A folder that holds anything else's adapter is never written to.
 * </ul>
 */
public final class LocalRun {
    private static final BooleanSupplier NEVER = () -> false;

    private final LanguageModel model;
    private final List<Pair> pairs;
    private final Order order;
    private final Workspace workspace;
    private final RunId id;

    /**
     * What is wanted.
     *
     * @param out where the adapter and the report go; made when it is first needed
     * @param checkpointEvery steps between checkpoints, at least 1
     */
    public record Order(Hyperparameters learning, Path out, int checkpointEvery) {
        public Order {
            if (checkpointEvery < 1)
                throw new IllegalArgumentException(
                        "checkpoint-every of " + checkpointEvery + " is below 1");
        }
    }

    /** Is told how it goes. */
    public interface Watcher {
        /** Training begins, or goes on, after so many steps. */
        void begun(int steps, int totalSteps);

        /** A step was made. */
        void stepped(Curve.Step step);
    }

    private LocalRun(LanguageModel model, List<Pair> pairs, Order order) {
        this.model = model;
        this.pairs = List.copyOf(pairs);
        this.order = order;
        this.workspace = new Workspace(order.out().resolve("work"));
        this.id =
                RunId.of(
                        new Snapshot(pairs, List.of(), 0).digest(),
                        model.info().digest(),
                        order.learning(),
                        1);
    }

    /**
     * Trains to the end; where that was reached before, nothing is done.
     *
     * @param pairs at least one
     * @throws IllegalArgumentException if there is no pair or the folder holds another run
     */
    public static LocalReport train(
            LanguageModel model, List<Pair> pairs, Order order, Watcher watcher) {
        if (pairs.isEmpty())
            throw new IllegalArgumentException("there are no pairs to train on; at least 1 is");
        return new LocalRun(model, pairs, order).train(watcher);
    }

    private LocalReport train(Watcher watcher) {
        Optional<LocalReport> before = LocalReport.read(order.out());
        requireOwn(before);
        if (before.isPresent() && before.get().finished()) return before.get();
        if (before.isEmpty()) begun().write(order.out());
        TrainingAttempt.Plan plan = plan();
        LocalReport report;
        try (TrainingAttempt attempt = TrainingAttempt.start(model, plan)) {
            report = before.map(r -> r.resumedAt(attempt.steps())).orElseGet(this::begun);
            watcher.begun(attempt.steps(), plan.totalSteps());
            while (!attempt.isDone()) report = step(attempt, report, watcher);
            report = report.finish(attempt.saveAdapter(order.out()));
            report.write(order.out());
        }
        workspace.remove();
        return report;
    }

    private LocalReport step(TrainingAttempt attempt, LocalReport report, Watcher watcher) {
        Curve.Step made = attempt.step();
        LocalReport moved = report.with(made);
        if (attempt.isCheckpointDue()) {
            // Before the checkpoint: a resume forgets steps it has not kept.
            moved.write(order.out());
            attempt.checkpoint();
        }
        watcher.stepped(made);
        return moved;
    }

    private void requireOwn(Optional<LocalReport> before) {
        boolean taken =
                before.map(r -> !r.run().equals(id.value()))
                        .orElse(Files.exists(order.out().resolve(PeftFolder.WEIGHTS)));
        if (taken)
            throw new IllegalArgumentException(
                    order.out()
                            + " holds another adapter or a run with other pairs, another base or other options; name another folder with --out, or remove this one");
    }

    private LocalReport begun() {
        return new LocalReport(
                id.value(),
                model.info().name(),
                model.info().digest(),
                pairs.size(),
                order.learning().totalSteps(pairs.size()),
                0,
                false,
                "",
                LearningFacts.of(order.learning()),
                List.of());
    }

    private TrainingAttempt.Plan plan() {
        return new TrainingAttempt.Plan(
                id,
                order.learning(),
                ready(),
                anchors(),
                workspace,
                order.learning().totalSteps(pairs.size()),
                order.checkpointEvery());
    }

    private List<TrainingPair> ready() {
        ReferenceCache cache =
                new ReferenceCache(
                        workspace.references(), model.info().digest(), model.tokenizer().digest());
        return new References(model, cache).prepare(pairs, NEVER);
    }

    private List<Anchor> anchors() {
        if (order.learning().anchorWeight() == 0) return List.of();
        return new AnchorStore(workspace.references(), model)
                .anchors(order.learning().seed(), NEVER);
    }
}
