package dev.rejoinder.trainer.run;

import dev.rejoinder.trainer.dataset.Snapshot;
import dev.rejoinder.trainer.evaluate.GateReport;
import java.time.Instant;
import java.util.Optional;

/**
 * A training run. Each state is a record whose methods are the legal transitions:
 *
 * <pre>
 * Queued -> Preparing -> Training -> Evaluating -> Registered
 *                                               -> Refused
 * (every state before the last two)             -> Failed
 * </pre>
 */
public sealed interface Run {
    Facts facts();

    Progress progress();

    /** When the state last changed, or the run last moved in it. */
    Instant changedAt();

    default RunId id() {
        return facts().id();
    }

    /** The state's name. */
    default String state() {
        return getClass().getSimpleName().toUpperCase(java.util.Locale.ROOT);
    }

    /**
     * What a run is about. Nothing of it changes but the dataset, once: what is frozen when the run
     * is asked for is sieved when it is prepared.
     *
     * @param modelId name of the model that is adapted
     * @param baseDigest SHA-256 of its weights
     */
    record Facts(
            RunId id,
            Cause cause,
            String modelId,
            String baseDigest,
            Snapshot.Summary dataset,
            Hyperparameters hyperparameters,
            Instant createdAt) {
        private Facts on(Snapshot.Summary sieved) {
            return new Facts(id, cause, modelId, baseDigest, sieved, hyperparameters, createdAt);
        }

        /** Passes over the run's own pairs. */
        int passes() {
            return hyperparameters.passes(dataset.train());
        }
    }

    /** A run that goes on, if need be after a restart. */
    sealed interface Open extends Run {
        /** Gives up, and says why in one line. */
        default Failed fail(String message, Instant now) {
            return new Failed(facts(), progress(), message, now);
        }

        /** Takes the run up again after the process that had it died or stopped. */
        Open resume(int checkpoint, Instant now);
    }

    /** A run that is over. */
    sealed interface Finished extends Run {}

    /** Waits for its turn. */
    record Queued(Facts facts, Progress progress, Instant changedAt) implements Open {
        public static Queued of(Facts facts) {
            return new Queued(facts, planned(facts), facts.createdAt());
        }

        Preparing prepare(Instant now) {
            return new Preparing(facts, progress, now);
        }

        @Override
        public Queued resume(int checkpoint, Instant now) {
            return this;
        }
    }

    private static Progress planned(Facts facts) {
        return Progress.planned(facts.hyperparameters().totalSteps(facts.dataset().train()));
    }

    /** The pairs are being sieved, and the base's log-probabilities of what is left are made. */
    record Preparing(Facts facts, Progress progress, Instant changedAt) implements Open {
        /**
         * @param sieved what is left of the dataset
         */
        Training train(Snapshot.Summary sieved, Instant now) {
            Facts settled = facts.on(sieved);
            int resumes = progress.resumes();
            return new Training(settled, planned(settled).resumed(resumes), now);
        }

        @Override
        public Preparing resume(int checkpoint, Instant now) {
            return new Preparing(facts, progress.resumedAt(0), now);
        }
    }

    /** Steps are being made. */
    record Training(Facts facts, Progress progress, Instant changedAt) implements Open {
        Training with(Curve.Step made, Instant now) {
            return new Training(facts, progress.with(made), now);
        }

        /**
         * @throws IllegalStateException if steps are missing
         */
        Evaluating evaluate(Instant now) {
            if (progress.step() != progress.totalSteps())
                throw new IllegalStateException(
                        "run "
                                + id()
                                + " made "
                                + progress.step()
                                + " of "
                                + progress.totalSteps()
                                + " steps; it cannot be evaluated yet");
            return new Evaluating(facts, progress, now);
        }

        @Override
        public Training resume(int checkpoint, Instant now) {
            return new Training(facts, progress.resumedAt(checkpoint), now);
        }
    }

    /** The adapter is being compared with the champion. */
    record Evaluating(Facts facts, Progress progress, Instant changedAt) implements Open {
        Registered register(Verdict verdict, String version, Instant now) {
            return new Registered(facts, progress, verdict, version, now);
        }

        Refused refuse(Verdict verdict, Instant now) {
            return new Refused(facts, progress, verdict, now);
        }

        @Override
        public Evaluating resume(int checkpoint, Instant now) {
            return new Evaluating(facts, progress.resumedAt(progress.step()), now);
        }
    }

    /**
     * What the gate said of the adapter that was looked at last.
     *
     * @param adapterDigest SHA-256 of the adapter's weights
     * @param parentVersion the champion it was compared with
     * @param epoch whose adapter it is, 1 and up
     */
    record Verdict(GateReport gate, String adapterDigest, String parentVersion, int epoch) {}

    /** Passed the gate; a candidate was registered. */
    record Registered(
            Facts facts, Progress progress, Verdict verdict, String version, Instant changedAt)
            implements Finished {
        public Registered {
            if (!verdict.gate().passed())
                throw new IllegalStateException(
                        "an adapter that did not pass its gate was registered as " + version);
        }
    }

    /** Did not pass the gate. */
    record Refused(Facts facts, Progress progress, Verdict verdict, Instant changedAt)
            implements Finished {}

    /** Failed; the message says why. */
    record Failed(Facts facts, Progress progress, String message, Instant changedAt)
            implements Finished {}

    /** The gate's verdict, for the states that have one. */
    default Optional<Verdict> judged() {
        return switch (this) {
            case Registered r -> Optional.of(r.verdict());
            case Refused r -> Optional.of(r.verdict());
            case Queued q -> Optional.empty();
            case Preparing p -> Optional.empty();
            case Training t -> Optional.empty();
            case Evaluating e -> Optional.empty();
            case Failed f -> Optional.empty();
        };
    }
}
