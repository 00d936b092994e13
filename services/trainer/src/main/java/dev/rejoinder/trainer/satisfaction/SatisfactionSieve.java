package dev.rejoinder.trainer.satisfaction;

import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.dataset.PairSieve;
import dev.rejoinder.trainer.satisfaction.ReplyStates.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * Leaves out pairs whose chosen reply is more like what users complained about than like what they
 * were satisfied with. What the policy says once it has been told is often not what the user wants,
 * and what is chosen decides what is learned.
 *
 * <ul>
 *   <li>It needs enough replies of both kinds, and has to read users it was not fitted to; else
 *       every pair passes.
 *   <li>The same pairs and judged replies leave the same pairs.
 * </ul>
 */
public final class SatisfactionSieve implements PairSieve {
    private static final Log LOG = Log.of(SatisfactionSieve.class);

    /** Replies of either kind below which nothing can be told. */
    private static final int LEAST_OF_A_KIND = 10;

    /** A probe that reads strangers worse than this is not asked. */
    private static final double LEAST_AUC = 0.7;

    private final JudgedReplies source;
    private final ReplyStates states;
    private final Limits limits;

    /**
     * @param leastProbability of the chosen reply to satisfy, 0 to 1; at 0 every pair passes
     * @param mostJudged judged replies looked at, newest first, at least {@code 20}
     */
    public record Limits(double leastProbability, int mostJudged) {
        public Limits {
            if (!(leastProbability >= 0 && leastProbability <= 1))
                throw new IllegalArgumentException(
                        "min-satisfaction of " + leastProbability + " is outside 0 to 1");
            if (mostJudged < 2 * LEAST_OF_A_KIND)
                throw new IllegalArgumentException(
                        "max-judged of "
                                + mostJudged
                                + " is below "
                                + 2 * LEAST_OF_A_KIND
                                + ", the fewest a probe is fitted to");
        }
    }

    public SatisfactionSieve(JudgedReplies source, LanguageModel model, Limits limits) {
        this.source = source;
        this.states = new ReplyStates(model);
        this.limits = limits;
    }

    @Override
    public Sieved sieve(List<Pair> pairs) {
        if (limits.leastProbability() == 0) return OPEN.sieve(pairs);
        List<JudgedReply> judged =
                source.newest(limits.mostJudged()).stream()
                        .filter(j -> states.isReadable(text(j)))
                        .toList();
        long satisfied = judged.stream().filter(JudgedReply::satisfied).count();
        if (Math.min(satisfied, judged.size() - satisfied) < LEAST_OF_A_KIND) {
            LOG.info("too few judged replies to sieve pairs by", "count", judged.size());
            return OPEN.sieve(pairs);
        }
        SatisfactionProbe probe = SatisfactionProbe.fit(evidence(judged));
        Sieved sieved =
                probe.quality().auc() < LEAST_AUC
                        ? OPEN.sieve(pairs)
                        : new Sieved(passing(pairs, probe), probe.quality().auc());
        SatisfactionProbe.Quality quality = probe.quality();
        LOG.info(
                "sieved the pairs by what users were satisfied with",
                "count",
                sieved.passing().size(),
                "reason",
                "%d of %d left out; AUC %.2f from %d satisfied and %d dissatisfied replies"
                        .formatted(
                                pairs.size() - sieved.passing().size(),
                                pairs.size(),
                                quality.auc(),
                                quality.satisfied(),
                                quality.dissatisfied()));
        return sieved;
    }

    private SatisfactionProbe.Evidence evidence(List<JudgedReply> judged) {
        boolean[] satisfied = new boolean[judged.size()];
        for (int i = 0; i < satisfied.length; i++) satisfied[i] = judged.get(i).satisfied();
        return new SatisfactionProbe.Evidence(
                states.of(judged.stream().map(SatisfactionSieve::text).toList()),
                satisfied,
                judged.stream().map(JudgedReply::group).toList());
    }

    private List<Pair> passing(List<Pair> pairs, SatisfactionProbe probe) {
        float[][] chosen = states.of(pairs.stream().map(SatisfactionSieve::text).toList());
        List<Pair> passing = new ArrayList<>();
        for (int i = 0; i < chosen.length; i++)
            if (probe.probability(chosen[i]) >= limits.leastProbability())
                passing.add(pairs.get(i));
        return passing;
    }

    private static Text text(JudgedReply judged) {
        return new Text(judged.prompt(), judged.reply());
    }

    private static Text text(Pair pair) {
        return new Text(pair.prompt(), pair.chosen().text());
    }
}
