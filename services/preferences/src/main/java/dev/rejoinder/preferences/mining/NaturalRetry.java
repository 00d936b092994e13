package dev.rejoinder.preferences.mining;

import dev.rejoinder.preferences.curation.Ending;
import dev.rejoinder.proto.preferences.v1.Origin;
import dev.rejoinder.proto.signals.v1.SignalDetected;
import java.util.List;

/**
 * A user complained, was answered again and was satisfied: the second reply is chosen for the first
 * prompt.
 *
 * @param complaint about the first reply
 * @param satisfaction with the reply to the complaint
 */
record NaturalRetry(Judged complaint, Judged satisfaction) {
    /**
     * @param cause whichever of the two came last
     */
    Proposal proposal(Judged cause) {
        SignalDetected first = complaint.signal();
        SignalDetected second = satisfaction.signal();
        // Why a recorded reply ended is not in a signal, so its last words have to tell.
        Proposal.Side chosen =
                new Proposal.Side(
                        second.getReply().strip(), Ending.isPunctuated(second.getReply()));
        return new Proposal(
                cause,
                Origin.ORIGIN_NATURAL_RETRY,
                complaint.prompt(),
                chosen,
                complaint.rejectedSide(),
                first.getFollowUp(),
                new Proposal.Lineage(
                        List.of(
                                first.getTurnId(),
                                first.getFollowUpTurnId(),
                                second.getFollowUpTurnId()),
                        List.of(complaint.id(), satisfaction.id()),
                        first.getVersion()));
    }

    String key() {
        return complaint.id() + satisfaction.id();
    }
}
