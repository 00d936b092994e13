package dev.rejoinder.preferences.mining;

import dev.rejoinder.proto.preferences.v1.Origin;
import dev.rejoinder.proto.signals.v1.SignalDetected;
import java.util.ArrayList;
import java.util.List;

/**
 * A complaint traced back to the request that was never met: a user who is told something else that
 * still does not do complains again, but the second complaint is no request of its own. What is
 * learned stands after the first prompt, where nobody has complained yet.
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

    /** A reply that may meet the first request better than its own reply did. */
    Proposal proposal(Judged cause, Origin origin, Proposal.Side chosen, List<Judged> after) {
        List<String> turns = new ArrayList<>(List.of(first().signal().getTurnId()));
        List<String> signals = new ArrayList<>();
        for (Judged step : steps) add(step, turns, signals);
        for (Judged step : after) add(step, turns, signals);
        SignalDetected root = first().signal();
        return new Proposal(
                cause,
                origin,
                first().prompt(),
                chosen,
                first().rejectedSide(),
                root.getFollowUp(),
                new Proposal.Lineage(turns, signals, root.getVersion()));
    }

    private static void add(Judged step, List<String> turns, List<String> signals) {
        turns.add(step.signal().getFollowUpTurnId());
        signals.add(step.id());
    }
}
