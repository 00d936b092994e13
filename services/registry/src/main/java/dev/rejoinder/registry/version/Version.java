package dev.rejoinder.registry.version;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A version of a model and its history.
 *
 * @param number 0 for the base, then 1, 2, ... within the model; never used twice
 * @param adapterDigest SHA-256 of adapter_model.safetensors; empty for the base
 * @param artifactUri where the adapter's folder can be read; empty for the base
 * @param history stages it went through, oldest first; the last is the present one
 */
public record Version(
        int number,
        String adapterDigest,
        String artifactUri,
        Lineage lineage,
        List<StageChange> history) {
    /** The name of a model without an adapter. */
    public static final String BASE = "base";

    private static final int DIGEST_DIGITS = 8;

    public Version {
        history = List.copyOf(history);
        if (history.isEmpty()) throw new IllegalStateException("a version without a stage");
    }

    /** The base model, champion from the start. */
    public static Version base(long revision, Instant now) {
        StageChange first =
                new StageChange(new Stage.Champion(revision), now, "the base model serves first");
        return new Version(0, "", "", Lineage.NONE, List.of(first));
    }

    /** A new adapter. */
    public static Version candidate(int number, Adapter adapter, Lineage lineage, Instant now) {
        StageChange first =
                new StageChange(
                        new Stage.Candidate(),
                        now,
                        lineage.runId().isEmpty()
                                ? "registered"
                                : "registered by run " + lineage.runId());
        return new Version(number, adapter.digest(), adapter.uri(), lineage, List.of(first));
    }

    /**
     * An adapter's files.
     *
     * @param digest SHA-256 of adapter_model.safetensors, 64 lower-case hex digits
     * @param uri where the folder can be read
     */
    public record Adapter(String digest, String uri) {}

    /** {@code base}, or {@code v<number>-<first 8 of the adapter's digest>}. */
    public String name() {
        return adapterDigest.isEmpty()
                ? BASE
                : "v" + number + "-" + adapterDigest.substring(0, DIGEST_DIGITS);
    }

    public Stage stage() {
        return history.getLast().stage();
    }

    /** The same version in its next stage. */
    public Version move(Stage next, Instant now, String reason) {
        List<StageChange> longer = new ArrayList<>(history);
        longer.add(new StageChange(next, now, reason));
        return new Version(number, adapterDigest, artifactUri, lineage, longer);
    }
}
