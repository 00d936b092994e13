package dev.rejoinder.preferences.mining;

import dev.rejoinder.preferences.curation.MetaTalk;
import dev.rejoinder.proto.preferences.v1.Origin;
import dev.rejoinder.proto.signals.v1.SignalDetected;
import java.util.ArrayList;
import java.util.List;

/**
 * A complaint traced back to the request that was never met: a user who is told something else that
 * still does not do complains again, but the second complaint is no request of its own. What is
 * learned stands after the first prompt, where nobody has complained yet; what is learned against
 * is the reply that was nearest.
 *
 * @param steps complaints from the first to the one that was just heard, each about the reply to
 *     the one before; never empty
 */
record Complaint(List<Judged> steps) {
    /** A user gives up long before; a bound, so that no history is walked without end. */
    private static final int MOST_STEPS = 8;

    Complaint {
        steps = List.copyOf(steps);
    }

    /** Follows the ledger back from a complaint. */
    static Complaint tracedFrom(Judged last, Ledger ledger) {
        String detector = last.signal().getSignal().getDetector();
        List<Judged> steps = new ArrayList<>(List.of(last));
        while (steps.size() < MOST_STEPS) {
            List<Judged> earlier =
                    ledger.complaintsAnsweredBy(steps.getFirst().signal().getTurnId(), detector);
            if (earlier.isEmpty()) break;
            steps.addFirst(earlier.getFirst());
        }
        return new Complaint(steps);
    }

    Judged first() {
        return steps.getFirst();
    }

    Judged last() {
        return steps.getLast();
    }

    /**
     * The complaint whose reply is learned against: the last one's, which came nearest to what the
     * user wants and so shows best what is still wrong. A reply that talks about the complaint
     * instead of answering is no answer to the first prompt; then it is the one before.
     */
    Judged target() {
        for (Judged step : steps.subList(1, steps.size()).reversed())
            if (!talks(step.signal().getReply())) return step;
        return first();
    }

    private boolean talks(String reply) {
        SignalDetected root = first().signal();
        return MetaTalk.isIn(first().request(), root.getReply(), root.getFollowUp(), reply);
    }

    /** A reply that may meet the first request better than the one complained about. */
    Proposal proposal(Judged cause, Origin origin, Proposal.Side chosen, List<Judged> after) {
        List<String> turns = new ArrayList<>(List.of(first().signal().getTurnId()));
        List<String> signals = new ArrayList<>();
        for (Judged step : steps) add(step, turns, signals);
        for (Judged step : after) add(step, turns, signals);
        Judged target = target();
        return new Proposal(
                cause,
                origin,
                first().prompt(),
                chosen,
                target.rejectedSide(),
                target.signal().getFollowUp(),
                new Proposal.Lineage(turns, signals, target.signal().getVersion()));
    }

    private static void add(Judged step, List<String> turns, List<String> signals) {
        turns.add(step.signal().getFollowUpTurnId());
        signals.add(step.id());
    }
}
