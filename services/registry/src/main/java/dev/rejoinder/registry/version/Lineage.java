package dev.rejoinder.registry.version;

import java.util.List;

/**
 * Where a version came from, down to the turns: what to look through when a user is erased.
 *
 * @param runId the training run; empty for the base
 * @param datasetDigest its dataset
 * @param pairs number of pairs trained on
 * @param signalIds signal events behind the pairs
 * @param turnIds turns behind the signals
 * @param parentVersion version it was compared with
 */
public record Lineage(
        String runId,
        String datasetDigest,
        int pairs,
        List<String> pairIds,
        List<String> signalIds,
        List<String> turnIds,
        String parentVersion) {
    /** The base model's: it came from nowhere we know. */
    public static final Lineage NONE = new Lineage("", "", 0, List.of(), List.of(), List.of(), "");

    public Lineage {
        pairIds = List.copyOf(pairIds);
        signalIds = List.copyOf(signalIds);
        turnIds = List.copyOf(turnIds);
    }
}
