package dev.rejoinder.preferences.mining;

import dev.rejoinder.preferences.curation.Shingles;
import dev.rejoinder.preferences.mining.Outcome.Dropped;
import dev.rejoinder.preferences.mining.Outcome.Verified;
import dev.rejoinder.preferences.mining.Scorer.Question;
import dev.rejoinder.preferences.mining.Scorer.Score;
import dev.rejoinder.proto.preferences.v1.Origin;
import dev.rejoinder.proto.preferences.v1.RejectReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets the follow-up itself judge: a better reply makes what the user really said less likely, by
 * {@link RealisedFlr}, and is likely enough under the base for the prompt alone. Of what one
 * complaint yields, the likeliest are kept: by the log-prob of the whole reply, which is what it
 * costs, in nats, to make the base give it. The mean per token would favour long replies.
 */
final class Verifier {
    private final Rules rules;
    private final Sieve sieve;
    private final Scorer scorer;

    Verifier(Rules rules, Scorer scorer) {
        this.rules = rules;
        this.sieve = new Sieve(rules.curation().similarity());
        this.scorer = scorer;
    }

    /** One outcome for each proposal, but for good ones that are too many of one complaint. */
    List<Outcome> verify(List<Proposal> proposals) {
        List<Outcome> outcomes = new ArrayList<>();
        Map<String, Proposal> sound = new LinkedHashMap<>();
        for (Proposal proposal : proposals) {
            Optional<RejectReason> fault = sieve.fault(proposal);
            if (fault.isPresent()) outcomes.add(Dropped.of(proposal, fault.get()));
            else if (sound.putIfAbsent(proposal.pairId(), proposal) != null)
                outcomes.add(Dropped.of(proposal, RejectReason.REJECT_REASON_DUPLICATE));
        }
        List<Verified> good = new ArrayList<>();
        Map<Question, Score> scores = scores(sound.values());
        for (Proposal proposal : sound.values())
            switch (judge(proposal, scores)) {
                case Verified verified -> good.add(verified);
                case Dropped dropped -> outcomes.add(dropped);
            }
        outcomes.addAll(likeliest(good));
        return outcomes;
    }

    private static Question better(Proposal p) {
        return RealisedFlr.question(p.prompt(), p.chosen().text(), p.followUp());
    }

    private static Question worse(Proposal p) {
        return RealisedFlr.question(p.prompt(), p.rejected().text(), p.followUp());
    }

    /** Each reply is scored once, however many proposals it stands in. */
    private Map<Question, Score> scores(Iterable<Proposal> proposals) {
        LinkedHashSet<Question> questions = new LinkedHashSet<>();
        for (Proposal proposal : proposals) {
            questions.add(worse(proposal));
            questions.add(better(proposal));
        }
        List<Question> asked = List.copyOf(questions);
        List<Score> answers = asked.isEmpty() ? List.of() : scorer.score(asked);
        Map<Question, Score> scores = new HashMap<>();
        for (int i = 0; i < asked.size(); i++) scores.put(asked.get(i), answers.get(i));
        return scores;
    }

    private Outcome judge(Proposal proposal, Map<Question, Score> scores) {
        Score better = scores.get(better(proposal));
        Score worse = scores.get(worse(proposal));
        double margin = RealisedFlr.margin(better, worse);
        if (!(margin > rules.curation().margin()))
            return Dropped.of(proposal, RejectReason.REJECT_REASON_MARGIN);
        if (!(better.replyMeanLogProb() >= rules.curation().floor()))
            return Dropped.of(proposal, RejectReason.REJECT_REASON_UNLIKELY);
        return new Verified(proposal, margin, better);
    }

    /** In the order of the causes, so that how signals were batched changes nothing. */
    private List<Outcome> likeliest(List<Verified> good) {
        List<Outcome> outcomes = new ArrayList<>();
        Map<String, List<Verified>> byCause = new LinkedHashMap<>();
        for (Verified verified : good) {
            if (verified.proposal().origin() != Origin.ORIGIN_ON_POLICY) outcomes.add(verified);
            else
                byCause.computeIfAbsent(verified.cause().id(), id -> new ArrayList<>())
                        .add(verified);
        }
        byCause.values().forEach(rivals -> keepLikeliest(rivals, outcomes));
        return outcomes;
    }

    private void keepLikeliest(List<Verified> rivals, List<Outcome> outcomes) {
        rivals.sort(
                Comparator.comparingDouble((Verified verified) -> verified.score().replyLogProb())
                        .reversed()
                        .thenComparing(verified -> verified.proposal().pairId()));
        List<Verified> kept = new ArrayList<>();
        for (Verified rival : rivals) {
            if (kept.size() == rules.onPolicy().keep()) break;
            if (kept.stream().anyMatch(other -> isAlike(other, rival)))
                outcomes.add(Dropped.of(rival.proposal(), RejectReason.REJECT_REASON_DUPLICATE));
            else kept.add(rival);
        }
        outcomes.addAll(kept);
    }

    private boolean isAlike(Verified one, Verified other) {
        return Shingles.of(one.proposal().chosen().text())
                        .similarity(Shingles.of(other.proposal().chosen().text()))
                >= rules.curation().similarity();
    }
}
