package dev.rejoinder.registry.wire;

import dev.rejoinder.proto.registry.v1.CanaryEvidence;
import dev.rejoinder.registry.evidence.EValues;
import dev.rejoinder.registry.evidence.Evidence;
import dev.rejoinder.registry.evidence.Tally;

/** A trial's evidence as a message. */
final class EvidenceMessages {
    private EvidenceMessages() {}

    static CanaryEvidence evidence(Evidence evidence) {
        EValues e = EValues.of(evidence);
        return CanaryEvidence.newBuilder()
                .setCanary(tally(evidence.canary()))
                .setChampion(tally(evidence.champion()))
                .setEBetter(e.better())
                .setEWorse(e.worse())
                .build();
    }

    private static dev.rejoinder.proto.registry.v1.Tally tally(Tally tally) {
        return dev.rejoinder.proto.registry.v1.Tally.newBuilder()
                .setSat(tally.sat())
                .setDsat(tally.dsat())
                .setNeither(tally.neither())
                .build();
    }
}
