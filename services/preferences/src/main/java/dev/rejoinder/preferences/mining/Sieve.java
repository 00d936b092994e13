package dev.rejoinder.preferences.mining;

import dev.rejoinder.preferences.curation.Ending;
import dev.rejoinder.preferences.curation.MetaTalk;
import dev.rejoinder.preferences.curation.Shingles;
import dev.rejoinder.proto.preferences.v1.RejectReason;
import java.util.Optional;

/** Drops what can be told from the texts alone, before anything is scored. */
final class Sieve {
    private final double similarity;

    Sieve(double similarity) {
        this.similarity = similarity;
    }

    Optional<RejectReason> fault(Proposal proposal) {
        Proposal.Side chosen = proposal.chosen();
        if (!chosen.complete() || !Ending.isWhole(chosen.text()))
            return Optional.of(RejectReason.REJECT_REASON_INCOMPLETE);
        if (isSame(chosen.text(), proposal.rejected().text()))
            return Optional.of(RejectReason.REJECT_REASON_SAME);
        if (!proposal.followUp().isEmpty() && talks(proposal))
            return Optional.of(RejectReason.REJECT_REASON_META_TALK);
        return Optional.empty();
    }

    private boolean isSame(String chosen, String rejected) {
        return Shingles.of(chosen).similarity(Shingles.of(rejected)) >= similarity;
    }

    private static boolean talks(Proposal proposal) {
        return MetaTalk.isIn(
                proposal.prompt().getLast().getContent(),
                proposal.rejected().text(),
                proposal.followUp(),
                proposal.chosen().text());
    }
}
