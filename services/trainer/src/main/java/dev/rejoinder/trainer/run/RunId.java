package dev.rejoinder.trainer.run;

import dev.rejoinder.kernel.id.Digests;

/** Names a run: a hash of its dataset, base, hyperparameters and attempt. */
public record RunId(String value) {
    public RunId {
        if (value.isBlank()) throw new IllegalArgumentException("a run id is never blank");
    }

    static RunId of(
            String datasetDigest, String baseDigest, Hyperparameters hyperparameters, int attempt) {
        return new RunId(
                Digests.id(
                        "run",
                        datasetDigest,
                        baseDigest,
                        hyperparameters.toString(),
                        String.valueOf(attempt)));
    }

    @Override
    public String toString() {
        return value;
    }
}
