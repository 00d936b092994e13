package dev.rejoinder.trainer.run;

import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.train.LoraTraining;
import dev.rejoinder.lm.train.TokenObjective;
import dev.rejoinder.trainer.anchor.Anchor;
import dev.rejoinder.trainer.dataset.TrainingPair;
import dev.rejoinder.trainer.loss.PairObjective;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * One process's go at a run: begins at the run's checkpoint if there is one, at the first step if
 * not. The same pairs, hyperparameters and base give the same adapter bit for bit, however often it
 * was interrupted.
 */
final class TrainingAttempt implements AutoCloseable {
    private static final Log LOG = Log.of(TrainingAttempt.class);

    /**
     * What is trained and where its files go.
     *
     * @param anchors in turn, one a step; none where their weight is 0
     * @param totalSteps of the run, as it was planned
     * @param checkpointEvery steps between checkpoints, at least 1; ends of epochs and of the run
     *     have one anyway
     */
    record Plan(
            RunId run,
            Hyperparameters hyperparameters,
            List<TrainingPair> pairs,
            List<Anchor> anchors,
            Workspace workspace,
            int totalSteps,
            int checkpointEvery) {}

    private final Plan plan;
    private final DataOrder order;
    private final LoraTraining training;

    private TrainingAttempt(Plan plan, LoraTraining training) {
        this.plan = plan;
        this.order = plan.hyperparameters().order(plan.pairs().size());
        this.training = training;
    }

    /** Begins, or goes on where the last checkpoint is. */
    static TrainingAttempt start(LanguageModel model, Plan plan) {
        Path checkpoint = plan.workspace().checkpoint(plan.run());
        LoraTraining training = fresh(model, plan.hyperparameters());
        if (!Files.exists(checkpoint)) return new TrainingAttempt(plan, training);
        try {
            training.restore(checkpoint);
            return new TrainingAttempt(plan, training);
        } catch (IllegalArgumentException e) {
            training.close();
            LOG.warn(
                    "the checkpoint is unusable, the run begins again",
                    "runId",
                    plan.run(),
                    "file",
                    checkpoint,
                    "reason",
                    e.getMessage());
            return new TrainingAttempt(plan, fresh(model, plan.hyperparameters()));
        }
    }

    private static LoraTraining fresh(LanguageModel model, Hyperparameters h) {
        return model.train(h.adapter(), h.seed(), h.optimiser().weightDecay());
    }

    /** Steps made, by this attempt and those before it. */
    int steps() {
        return training.steps();
    }

    boolean isDone() {
        return steps() >= plan.totalSteps();
    }

    /** Makes the next step; nothing is kept of it before {@link #keep}. */
    Curve.Step step() {
        long begin = System.nanoTime();
        int[] batch = order.batch(steps());
        double loss = 0;
        double margins = 0;
        int right = 0;
        List<Observed> pairs =
                Arrays.stream(batch).mapToObj(i -> observed(plan.pairs().get(i))).toList();
        double[] losses =
                training.accumulate(
                        pairs.stream().map(Observed::example).toList(), 1.0 / batch.length);
        for (int i = 0; i < batch.length; i++) {
            double margin = pairs.get(i).margin[0];
            loss += losses[i] / batch.length;
            margins += margin / batch.length;
            if (margin > 0) right++;
        }
        loss += anchored();
        Hyperparameters h = plan.hyperparameters();
        double rate = h.optimiser().schedule().at(steps(), plan.totalSteps());
        double norm = training.update(rate, h.optimiser().maxGradientNorm());
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Curve.Step(steps(), loss, (double) right / batch.length, margins, norm, seconds);
    }

    /** The step's share of staying near the base, and its gradient beside the pairs'. */
    private double anchored() {
        if (plan.anchors().isEmpty()) return 0;
        double weight = plan.hyperparameters().anchorWeight();
        Anchor anchor = plan.anchors().get(steps() % plan.anchors().size());
        return weight * training.accumulate(anchor.pack(), anchor.loss(), weight);
    }

    /**
     * @param margin of the pair, once its objective has been asked
     */
    private record Observed(LoraTraining.Example example, double[] margin) {}

    private Observed observed(TrainingPair pair) {
        PairObjective objective = plan.hyperparameters().preference().objective(pair.reference());
        double[] margin = new double[1];
        TokenObjective observed =
                logProbs -> {
                    margin[0] = objective.margin(logProbs);
                    return objective.at(logProbs);
                };
        return new Observed(new LoraTraining.Example(pair.pack(), observed), margin);
    }

    /** Whether the step just made ends an epoch or has a checkpoint by its number. */
    boolean isCheckpointDue() {
        return endsEpoch() || steps() % plan.checkpointEvery() == 0;
    }

    /** Writes the epoch's adapter, if one ended, and a checkpoint. */
    void keep() {
        if (endsEpoch())
            training.saveAdapter(
                    plan.workspace()
                            .epoch(plan.run(), Math.ceilDiv(steps(), order.stepsPerEpoch())));
        checkpoint();
    }

    /** The last epoch may end before all pairs have been seen again. */
    private boolean endsEpoch() {
        return steps() % order.stepsPerEpoch() == 0 || isDone();
    }

    /** Keeps what there is; the run goes on from here after a kill. */
    void checkpoint() {
        training.saveCheckpoint(plan.workspace().checkpoint(plan.run()));
    }

    /**
     * Writes the adapter as it is now.
     *
     * @return its digest
     */
    String saveAdapter(Path folder) {
        training.saveAdapter(folder);
        return training.current().digest();
    }

    @Override
    public void close() {
        training.close();
    }
}
