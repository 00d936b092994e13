package dev.rejoinder.preferences.mining;

import dev.rejoinder.preferences.mining.Outcome.Dropped;
import dev.rejoinder.proto.preferences.v1.Origin;
import dev.rejoinder.proto.preferences.v1.PairEvent;
import dev.rejoinder.proto.preferences.v1.RejectReason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes pairs of what users said next. A batch of signals is worked on together, so that the policy
 * and the scorer get much to do at once:
 *
 * <ol>
 *   <li>what was settled before is only told again;
 *   <li>the rest is remembered, joined to natural retries and turned into requests to the policy;
 *   <li>its samples become proposals, which are sieved, scored and verified;
 *   <li>the ledger settles the signals with what came of them.
 * </ol>
 *
 * The same signals give the same requests and the same pairs; repeating a batch adds nothing.
 */
public final class Miner {
    /**
     * @param events to publish, in order: of new signals, and again of those that came before
     * @param fresh the new ones among them
     */
    public record Yield(List<PairEvent> events, List<PairEvent> fresh, List<Judged> heard) {
        public Yield {
            events = List.copyOf(events);
            fresh = List.copyOf(fresh);
            heard = List.copyOf(heard);
        }
    }

    /** Samples to ask the policy for, and what for. */
    private sealed interface Draw {
        Policy.Request request();

        record OnPolicy(Complaint complaint, Policy.Request request) implements Draw {}

        record BestOfN(Judged judged, Policy.Request request) implements Draw {}
    }

    private final Rules rules;
    private final Policy policy;
    private final Ledger ledger;
    private final OnPolicyArm onPolicy;
    private final BestOfNArm bestOfN;
    private final Verifier verifier;

    public Miner(Rules rules, Policy policy, Scorer scorer, Ledger ledger) {
        this.rules = rules;
        this.policy = policy;
        this.ledger = ledger;
        this.onPolicy = new OnPolicyArm(rules.onPolicy());
        this.bestOfN = new BestOfNArm(rules, scorer);
        this.verifier = new Verifier(rules, scorer);
    }

    /** Mines a batch; signals of one conversation come in their order. */
    public Yield mine(List<Judged> batch) {
        Map<String, Judged> distinct = new LinkedHashMap<>();
        for (Judged judged : batch) distinct.putIfAbsent(judged.id(), judged);
        Map<String, List<PairEvent>> settled = ledger.settled(distinct.keySet());
        List<Judged> fresh =
                distinct.values().stream().filter(j -> !settled.containsKey(j.id())).toList();
        List<PairEvent> found = fresh.isEmpty() ? List.of() : settle(fresh);
        List<PairEvent> events = new ArrayList<>();
        settled.values().forEach(events::addAll);
        events.addAll(found);
        return new Yield(events, found, fresh);
    }

    private List<PairEvent> settle(List<Judged> fresh) {
        ledger.remember(fresh);
        List<Outcome> outcomes = new ArrayList<>();
        List<Draw> draws = new ArrayList<>();
        for (Judged judged : fresh) plan(judged, draws, outcomes);
        List<Policy.Samples> drawn =
                draws.isEmpty()
                        ? List.of()
                        : policy.sample(draws.stream().map(Draw::request).toList());
        List<Proposal> proposals = naturalRetries(fresh);
        for (int i = 0; i < draws.size(); i++) {
            switch (draws.get(i)) {
                case Draw.OnPolicy draw ->
                        proposals.addAll(onPolicy.proposals(draw.complaint(), drawn.get(i)));
                case Draw.BestOfN draw ->
                        bestOfN.outcome(draw.judged(), drawn.get(i)).ifPresent(outcomes::add);
            }
        }
        outcomes.addAll(verifier.verify(proposals));
        return ledger.settle(fresh, outcomes);
    }

    private void plan(Judged judged, List<Draw> draws, List<Outcome> outcomes) {
        if (!judged.consents()) {
            if (judged.complains())
                outcomes.add(refused(judged, RejectReason.REJECT_REASON_NO_CONSENT));
            return;
        }
        boolean sampled = judged.complains() || bestOfN.takes(judged);
        if (sampled && ledger.pairsOf(judged.userKey()) >= rules.curation().userCap()) {
            outcomes.add(refused(judged, RejectReason.REJECT_REASON_USER_CAP));
            return;
        }
        if (judged.complains()) {
            Complaint complaint = Complaint.tracedFrom(judged, ledger);
            for (Policy.Request request : onPolicy.requests(complaint))
                draws.add(new Draw.OnPolicy(complaint, request));
        }
        if (bestOfN.takes(judged)) draws.add(new Draw.BestOfN(judged, bestOfN.request(judged)));
    }

    private static Dropped refused(Judged judged, RejectReason reason) {
        return Dropped.unasked(
                judged,
                judged.complains() ? Origin.ORIGIN_ON_POLICY : Origin.ORIGIN_BEST_OF_N,
                reason);
    }

    private List<Proposal> naturalRetries(List<Judged> fresh) {
        List<Proposal> proposals = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Judged judged : fresh)
            for (NaturalRetry retry : retriesWith(judged))
                if (seen.add(retry.key())) proposals.add(retry.proposal(judged));
        return proposals;
    }

    private List<NaturalRetry> retriesWith(Judged judged) {
        if (!judged.consents()) return List.of();
        String detector = judged.signal().getSignal().getDetector();
        List<NaturalRetry> retries = new ArrayList<>();
        if (judged.complains())
            for (Judged later :
                    ledger.satisfactionsWith(judged.signal().getFollowUpTurnId(), detector))
                retries.add(new NaturalRetry(Complaint.tracedFrom(judged, ledger), later));
        if (judged.isSatisfied())
            for (Judged earlier :
                    ledger.complaintsAnsweredBy(judged.signal().getTurnId(), detector))
                retries.add(new NaturalRetry(Complaint.tracedFrom(earlier, ledger), judged));
        return retries;
    }
}
