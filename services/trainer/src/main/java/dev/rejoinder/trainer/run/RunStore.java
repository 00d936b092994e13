package dev.rejoinder.trainer.run;

import java.util.List;
import java.util.Optional;

/**
 * Where runs are kept. Every saved state is also handed on to be published, in the order it was
 * saved.
 *
 * <p>All methods throw a {@link dev.rejoinder.kernel.error.Refusal} of kind UNAVAILABLE if the
 * store is away.
 */
public interface RunStore {
    /** Inserts or replaces the run. */
    void save(Run run);

    Optional<Run> find(RunId id);

    /** Runs that have to go on, oldest first. */
    List<Run.Open> open();

    /**
     * Newest first.
     *
     * @param after the last run of the page before; empty for the first page
     */
    List<Run> list(int limit, Optional<RunId> after);

    /** The run that finished last. */
    Optional<Run.Finished> lastFinished();

    /** The furthest place in the stream of pairs that a registered or refused run has used. */
    long lastUsedPosition();
}
