package dev.rejoinder.preferences.mining;

import dev.rejoinder.preferences.curation.Ending;
import dev.rejoinder.proto.preferences.v1.Origin;
import java.util.List;

/**
 * A user complained, was answered again and was satisfied: the last reply is chosen for the first
 * prompt.
 *
 * @param complaint about the first reply, and about those after it that did not do either
 * @param satisfaction with the reply to the last complaint
 */
record NaturalRetry(Complaint complaint, Judged satisfaction) {
    /**
     * @param cause whichever of the two came last
     */
    Proposal proposal(Judged cause) {
        String reply = satisfaction.signal().getReply();
        // Why a recorded reply ended is not in a signal, so its last words have to tell.
        Proposal.Side chosen = new Proposal.Side(reply.strip(), Ending.isPunctuated(reply));
        return complaint.proposal(
                cause, Origin.ORIGIN_NATURAL_RETRY, chosen, List.of(satisfaction));
    }

    String key() {
        return complaint.last().id() + satisfaction.id();
    }
}
