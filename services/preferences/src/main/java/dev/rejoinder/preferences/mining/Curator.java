package dev.rejoinder.preferences.mining;

import dev.rejoinder.preferences.curation.PairId;
import dev.rejoinder.preferences.curation.Shingles;
import dev.rejoinder.preferences.mining.Outcome.Verified;
import dev.rejoinder.proto.preferences.v1.RejectReason;
import java.util.Optional;

/** Decides whether a verified pair joins those there are: no pair twice, no user too often. */
public final class Curator {
    private final Rules.Curation rules;

    public Curator(Rules.Curation rules) {
        this.rules = rules;
    }

    public Optional<RejectReason> objection(Verified verified, Shelf shelf) {
        Proposal proposal = verified.proposal();
        if (shelf.holds(proposal.pairId()) || isAlike(proposal, shelf))
            return Optional.of(RejectReason.REJECT_REASON_DUPLICATE);
        if (shelf.pairsOf(proposal.cause().userKey()) >= rules.userCap())
            return Optional.of(RejectReason.REJECT_REASON_USER_CAP);
        return Optional.empty();
    }

    private boolean isAlike(Proposal proposal, Shelf shelf) {
        Shingles chosen = Shingles.of(proposal.chosen().text());
        return shelf.chosenFor(PairId.ofPrompt(proposal.prompt())).stream()
                .anyMatch(other -> chosen.similarity(Shingles.of(other)) >= rules.similarity());
    }
}
