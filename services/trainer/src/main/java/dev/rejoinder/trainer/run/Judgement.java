package dev.rejoinder.trainer.run;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.trainer.dataset.InterruptedRunException;
import dev.rejoinder.trainer.dataset.Snapshot;
import dev.rejoinder.trainer.dataset.TrainingPair;
import dev.rejoinder.trainer.evaluate.Evaluation;
import dev.rejoinder.trainer.evaluate.GateReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Puts a run's adapters before the gate: the last epoch's first, and where it does not pass and the
 * configuration allows, the epochs before it, newest first.
 */
final class Judgement {
    /** Epochs put before the gate: each costs replies to all its prompts, and is one more try. */
    private static final int MOST_TRIES = 6;

    private static final Log LOG = Log.of(Judgement.class);

    /** Between two knocks at a registry that is away; evaluating again would cost minutes. */
    private static final Duration KNOCK = Duration.ofSeconds(1);

    /** The run's pairs, as a snapshot and as tokens. */
    record Data(Snapshot snapshot, List<TrainingPair> train, List<TrainingPair> heldOut) {}

    private final RunExecutor.Surroundings around;
    private final RunExecutor.Conduct conduct;
    private final BooleanSupplier stop;

    Judgement(RunExecutor.Surroundings around, RunExecutor.Conduct conduct, BooleanSupplier stop) {
        this.around = around;
        this.conduct = conduct;
        this.stop = stop;
    }

    /** The run's end: registered, or refused with the last epoch's report. */
    Run of(Run.Evaluating run, Data data) {
        CandidateRegistry.Champion champion =
                patiently(() -> around.registry().champion(run.facts().modelId()));
        Evaluation evaluation = against(champion, run, data);
        int last = run.facts().passes();
        Run.Verdict verdict = judge(run, evaluation, champion, last);
        Run.Verdict first = verdict;
        for (int epoch = last - 1; goesOn(verdict, epoch, last); epoch--)
            verdict = judge(run, evaluation, champion, epoch);
        if (!verdict.gate().passed()) return run.refuse(first, around.clock().instant());
        return register(run, data.snapshot(), verdict);
    }

    private boolean goesOn(Run.Verdict verdict, int epoch, int last) {
        return conduct.earlierEpochs()
                && !verdict.gate().passed()
                && epoch > Math.max(0, last - MOST_TRIES);
    }

    private Evaluation against(CandidateRegistry.Champion champion, Run.Evaluating run, Data data) {
        LanguageModel model = around.model();
        Evaluation.Setting setting = new Evaluation.Setting(model, conduct.effort(), stop);
        Evaluation.Material material =
                new Evaluation.Material(
                        data.train(), data.heldOut(), run.facts().hyperparameters().seed());
        Optional<Path> folder = champion.folder();
        if (folder.isEmpty()) return Evaluation.against(null, material, setting);
        try (Adapter adapter = model.loadAdapter(folder.get())) {
            return Evaluation.against(adapter, material, setting);
        }
    }

    private Run.Verdict judge(
            Run.Evaluating run,
            Evaluation evaluation,
            CandidateRegistry.Champion champion,
            int epoch) {
        Path folder = around.workspace().epoch(run.id(), epoch);
        try (Adapter candidate = around.model().loadAdapter(folder)) {
            double norm = run.progress().curve().largestGradientNorm();
            GateReport report = conduct.gate().check(evaluation.measure(candidate, norm));
            LOG.info(
                    "adapter judged",
                    "runId",
                    run.id(),
                    "adapter",
                    candidate.digest(),
                    "state",
                    report.passed() ? "passed" : "refused",
                    "reason",
                    report.failures());
            return new Run.Verdict(report, candidate.digest(), champion.version(), epoch);
        }
    }

    private Run register(Run.Evaluating run, Snapshot snapshot, Run.Verdict verdict) {
        Path epoch = around.workspace().epoch(run.id(), verdict.epoch());
        Path folder = around.workspace().publish(epoch, verdict.adapterDigest());
        CandidateRegistry.Candidate candidate =
                new CandidateRegistry.Candidate(run.facts(), snapshot, verdict, folder);
        String version = patiently(() -> around.registry().register(candidate));
        return run.register(verdict, version, around.clock().instant());
    }

    /** Tries until the registry is there or the service stops. */
    private <T> T patiently(Supplier<T> call) {
        while (true) {
            try {
                return call.get();
            } catch (Refusal e) {
                if (e.kind() != Refusal.Kind.UNAVAILABLE) throw e;
                LOG.warn("the registry is away, trying again", "reason", e.getMessage());
            }
            pause();
        }
    }

    private void pause() {
        if (stop.getAsBoolean()) throw new InterruptedRunException();
        try {
            Thread.sleep(KNOCK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedRunException();
        }
    }
}
