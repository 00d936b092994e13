package dev.rejoinder.preferences.mining;

import dev.rejoinder.preferences.mining.Outcome.Dropped;
import dev.rejoinder.preferences.mining.Outcome.Verified;
import dev.rejoinder.proto.preferences.v1.Origin;
import dev.rejoinder.proto.preferences.v1.RejectReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Best and worst of n samples of the policy by FLR (arXiv 2409.13948, mining as in its section on
 * DPO: n = 8, T 0.7, top-p 0.9). Nobody complained about these samples; a margin decides whether
 * the two are a pair. Only a reply that ended by itself may be the best.
 */
final class BestOfNArm {
    private static final String PURPOSE = "best of n";

    private final Rules rules;
    private final Sieve sieve;
    private final Scorer scorer;

    BestOfNArm(Rules rules, Scorer scorer) {
        this.rules = rules;
        this.sieve = new Sieve(rules.curation().similarity());
        this.scorer = scorer;
    }

    /** Whether this signal's prompt is one of the share, by its id. */
    boolean takes(Judged judged) {
        return judged.draw(PURPOSE) < rules.bestOfN().share();
    }

    Policy.Request request(Judged judged) {
        return new Policy.Request(
                judged.signal().getVersion(),
                judged.signal().getConversationId(),
                judged.prompt(),
                rules.bestOfN().samples(),
                rules.bestOfN().maxTokens(),
                judged.seed(PURPOSE));
    }

    private record Rated(Policy.Sample sample, double reward) {}

    /**
     * The one pair of these samples, or why there is none; nothing where there are no two samples.
     */
    Optional<Outcome> outcome(Judged judged, Policy.Samples drawn) {
        if (drawn.samples().size() < 2) return Optional.empty();
        List<Rated> rated = rate(judged, drawn.samples());
        Comparator<Rated> byReward =
                Comparator.comparingDouble(Rated::reward).thenComparing(r -> r.sample().text());
        Rated worst = rated.stream().min(byReward).orElseThrow();
        Rated best = rated.stream().filter(r -> r.sample().ended()).max(byReward).orElse(worst);
        return Optional.of(judge(proposal(judged, drawn, best, worst), best, worst));
    }

    private List<Rated> rate(Judged judged, List<Policy.Sample> samples) {
        List<Double> rewards =
                scorer.rewards(judged.prompt(), samples.stream().map(Policy.Sample::text).toList());
        List<Rated> rated = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++)
            rated.add(new Rated(samples.get(i), rewards.get(i)));
        return rated;
    }

    private Outcome judge(Proposal proposal, Rated best, Rated worst) {
        Optional<RejectReason> fault = sieve.fault(proposal);
        if (fault.isPresent()) return Dropped.of(proposal, fault.get());
        double margin = best.reward() - worst.reward();
        if (!(margin > rules.bestOfN().margin()))
            return Dropped.of(proposal, RejectReason.REJECT_REASON_MARGIN);
        Scorer.Question alone =
                new Scorer.Question(proposal.prompt(), best.sample().text(), List.of());
        Scorer.Score score = scorer.score(List.of(alone)).getFirst();
        if (!(score.replyMeanLogProb() >= rules.curation().floor()))
            return Dropped.of(proposal, RejectReason.REJECT_REASON_UNLIKELY);
        return new Verified(proposal, margin, score);
    }

    private static Proposal proposal(Judged judged, Policy.Samples drawn, Rated best, Rated worst) {
        return new Proposal(
                judged,
                Origin.ORIGIN_BEST_OF_N,
                judged.prompt(),
                new Proposal.Side(best.sample().text(), best.sample().ended()),
                new Proposal.Side(worst.sample().text(), worst.sample().ended()),
                "",
                new Proposal.Lineage(
                        List.of(judged.signal().getTurnId()),
                        List.of(judged.id()),
                        drawn.version()));
    }
}
