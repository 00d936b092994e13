package dev.rejoinder.registry.rollout;

import dev.rejoinder.registry.evidence.Evidence;
import dev.rejoinder.registry.evidence.Observation;
import dev.rejoinder.registry.version.Version;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Where rollouts are kept. A change and the note that it has to be published are one transaction;
 * changes of one model come one after another.
 */
public interface Rollouts {
    /** The rollout of a model; the one that is there already wins. */
    Rollout create(Rollout fresh);

    Optional<Rollout> find(String modelId);

    List<Rollout> all();

    /**
     * Applies one change.
     *
     * @return the rollout after it; empty if there is no such model
     */
    Optional<Rollout> change(String modelId, UnaryOperator<Rollout> step);

    /**
     * Counts what belongs to the model's trial, each event once, and applies the change that the
     * new evidence asks for, if any.
     */
    void observe(
            String modelId,
            List<Observation> observations,
            Function<Evidence, Optional<UnaryOperator<Rollout>>> judge);

    /** A version as an operator sees it; the evidence of its last trial, if it had one. */
    record Entry(
            String modelId,
            String baseDigest,
            Version version,
            Optional<Evidence> evidence,
            long position) {}

    /**
     * Versions, newest first.
     *
     * @param modelId only this model's; empty for all
     * @param before only positions below this
     */
    List<Entry> list(String modelId, long before, int limit);

    /** One version of which the number is known to be there. */
    Entry entry(String modelId, int number);

    /** Of the model's trial in hand; none without one. */
    Evidence evidence(String modelId);

    /** Rollouts whose newest revision the brokers have not acknowledged. */
    List<Rollout> unpublished();

    /** The brokers have this revision. */
    void acknowledge(String modelId, long revision);
}
