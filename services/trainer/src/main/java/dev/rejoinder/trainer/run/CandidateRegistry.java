package dev.rejoinder.trainer.run;

import dev.rejoinder.trainer.dataset.Snapshot;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The registry as the trainer needs it. Methods throw a {@link dev.rejoinder.kernel.error.Refusal}
 * of kind UNAVAILABLE if it is away.
 */
public interface CandidateRegistry {
    /** Who answers everyone today; the base where the registry knows no better. */
    Champion champion(String modelId);

    /**
     * Hands a candidate over; the same adapter twice is the same version.
     *
     * @return the version's name
     */
    String register(Candidate candidate);

    /**
     * The version an adapter has to beat.
     *
     * @param folder of its adapter; empty for the base
     */
    record Champion(String version, Optional<Path> folder) {
        public static Champion base() {
            return new Champion("base", Optional.empty());
        }
    }

    /**
     * An adapter that passed its gate, and everything it came from.
     *
     * @param folder with the PEFT files
     */
    record Candidate(Run.Facts facts, Snapshot dataset, Run.Verdict verdict, Path folder) {}
}
