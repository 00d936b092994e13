package dev.rejoinder.trainer.run;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.trainer.dataset.InterruptedRunException;
import dev.rejoinder.trainer.dataset.SnapshotMaker;
import dev.rejoinder.trainer.dataset.SnapshotStore;
import dev.rejoinder.trainer.evaluate.Evaluation;
import dev.rejoinder.trainer.evaluate.Gate;
import java.time.Clock;
import java.util.function.BooleanSupplier;

/** Carries runs out, one at a time, to their end. */
public final class RunExecutor {
    private static final Log LOG = Log.of(RunExecutor.class);

    /**
     * How often a run is kept and shown.
     *
     * @param checkpointEvery steps between checkpoints, at least 1
     * @param reportEvery steps between published curves, at least 1
     */
    public record Pace(int checkpointEvery, int reportEvery) {
        public Pace {
            if (checkpointEvery < 1 || reportEvery < 1)
                throw new IllegalArgumentException(
                        "checkpoint-every-steps of "
                                + checkpointEvery
                                + " and report-every-steps of "
                                + reportEvery
                                + ": both must be at least 1");
        }
    }

    /**
     * How runs are carried out.
     *
     * @param earlierEpochs whether the adapter of an earlier epoch is tried where the last one does
     *     not pass the gate
     */
    public record Conduct(Pace pace, boolean earlierEpochs, Evaluation.Effort effort, Gate gate) {}

    /** What a run needs around it. */
    public record Surroundings(
            LanguageModel model,
            RunStore runs,
            SnapshotMaker maker,
            SnapshotStore snapshots,
            Workspace workspace,
            CandidateRegistry registry,
            RunObserver observer,
            Clock clock) {}

    private final Surroundings around;
    private final Conduct conduct;

    public RunExecutor(Surroundings around, Conduct conduct) {
        this.around = around;
        this.conduct = conduct;
    }

    /**
     * Takes the oldest open run to its end.
     *
     * @param stop asked between passes; when it says so the run is left as it is, to be taken up
     *     again
     * @return whether there was a run
     * @throws Refusal of kind UNAVAILABLE if a part that is needed is away; call again later
     */
    public boolean runNext(BooleanSupplier stop) {
        var open = around.runs().open();
        if (open.isEmpty()) return false;
        RunExecution execution = new RunExecution(around, conduct, open.getFirst(), stop);
        try {
            execution.toTheEnd();
        } catch (InterruptedRunException e) {
            LOG.info("run interrupted", "runId", execution.id(), "reason", e.getMessage());
        } catch (Refusal e) {
            if (e.kind() == Refusal.Kind.UNAVAILABLE) throw e;
            execution.fail(e);
        } catch (RuntimeException e) {
            // An interrupt at the end of the process breaks reads and writes in many ways; what is
            // truly wrong with the run shows again after the next start.
            if (stop.getAsBoolean())
                LOG.warn("run broken off", "runId", execution.id(), "reason", e.getMessage());
            else execution.fail(e);
        }
        return true;
    }
}
