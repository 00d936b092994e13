package dev.rejoinder.trainer.satisfaction;

import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.trainer.dataset.Pair;
import dev.rejoinder.trainer.dataset.PairSieve;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Leaves out pairs whose chosen reply is too much like what users complained about and too little
 * like what they were satisfied with. What the policy says once it has been told is often not what
 * the user wants, and what is chosen decides what is learned.
 *
 * <ul>
 *   <li>It needs enough replies of both kinds, and has to read users it was not fitted to; else
 *       every pair passes.
 *   <li>No user has more than twenty verdicts: one voice must not decide for all.
 * </ul>
 */
public final class SatisfactionSieve implements PairSieve {
    private static final Log LOG = Log.of(SatisfactionSieve.class);

    /** Replies of either kind below which nothing can be told. */
    private static final int LEAST_OF_A_KIND = 10;

    /** Verdicts of one user that count, the newest. */
    private static final int MOST_OF_A_USER = 20;

    private static final int MOST_JUDGED = 10_000;

    private static final double LIKELIER_THAN_NOT = 0.5;

    private final JudgedReplies source;
    private final ReplyStates states;
    private final Limits limits;

    /**
     * @param leastProbability of the chosen reply to satisfy, 0 to 1; at 0 every pair passes
     * @param fewestPairs where fewer pass, so many of the likeliest do, as long as they are
     *     likelier to satisfy than not; 0 for none
     * @param mostJudged judged replies looked at, newest first, 20 to 10,000
     */
    public record Limits(double leastProbability, int fewestPairs, int mostJudged) {
        public Limits {
            if (!(leastProbability >= 0 && leastProbability <= 1))
                throw new IllegalArgumentException(
                        "min-satisfaction of " + leastProbability + " is outside 0 to 1");
            if (fewestPairs < 0)
                throw new IllegalArgumentException(
                        "min-satisfying-pairs of " + fewestPairs + " is below 0");
            if (mostJudged < 2 * LEAST_OF_A_KIND || mostJudged > MOST_JUDGED)
                throw new IllegalArgumentException(
                        "max-judged of "
                                + mostJudged
                                + " is outside "
                                + 2 * LEAST_OF_A_KIND
                                + " to "
                                + MOST_JUDGED);
        }
    }

    public SatisfactionSieve(JudgedReplies source, LanguageModel model, Limits limits) {
        this.source = source;
        this.states = new ReplyStates(model);
        this.limits = limits;
    }

    @Override
    public Sieved sieve(List<Pair> pairs, BooleanSupplier stop) {
        if (limits.leastProbability() == 0) return OPEN.sieve(pairs, stop);
        List<JudgedReply> judged = usable(source.newest(limits.mostJudged()));
        long satisfied = judged.stream().filter(JudgedReply::satisfied).count();
        if (Math.min(satisfied, judged.size() - satisfied) < LEAST_OF_A_KIND) {
            LOG.info("too few judged replies to sieve pairs by", "count", judged.size());
            return OPEN.sieve(pairs, stop);
        }
        SatisfactionProbe probe = SatisfactionProbe.fit(evidence(judged, stop));
        SatisfactionProbe.Quality quality = probe.quality();
        if (!quality.suffices()) {
            LOG.info("judged replies do not tell which pairs satisfy", "reason", told(quality));
            return new Sieved(pairs, quality.auc());
        }
        Sieved sieved = new Sieved(satisfying(pairs, probe, stop), quality.auc());
        LOG.info(
                "sieved the pairs by what users were satisfied with",
                "count",
                sieved.passing().size(),
                "reason",
                "%d of %d left out; %s"
                        .formatted(
                                pairs.size() - sieved.passing().size(),
                                pairs.size(),
                                told(quality)));
        return sieved;
    }

    private static String told(SatisfactionProbe.Quality quality) {
        return "AUC %.2f from %d satisfied and %d dissatisfied replies"
                .formatted(quality.auc(), quality.satisfied(), quality.dissatisfied());
    }

    /** What can be read, and of each user the newest, in their order. */
    private List<JudgedReply> usable(List<JudgedReply> judged) {
        Map<String, Integer> counts = new HashMap<>();
        return judged.reversed().stream()
                .filter(j -> states.isReadable(j.reply()))
                .filter(j -> counts.merge(j.userKey(), 1, Integer::sum) <= MOST_OF_A_USER)
                .toList()
                .reversed();
    }

    private SatisfactionProbe.Evidence evidence(List<JudgedReply> judged, BooleanSupplier stop) {
        boolean[] satisfied = new boolean[judged.size()];
        for (int i = 0; i < satisfied.length; i++) satisfied[i] = judged.get(i).satisfied();
        return new SatisfactionProbe.Evidence(
                states.of(judged.stream().map(JudgedReply::reply).toList(), stop),
                satisfied,
                judged.stream().map(JudgedReply::userKey).toList());
    }

    private List<Pair> satisfying(List<Pair> pairs, SatisfactionProbe probe, BooleanSupplier stop) {
        float[][] chosen = states.of(pairs.stream().map(p -> p.chosen().text()).toList(), stop);
        double[] probabilities = new double[chosen.length];
        for (int i = 0; i < chosen.length; i++) probabilities[i] = probe.probability(chosen[i]);
        double least = least(probabilities);
        List<Pair> passing = new ArrayList<>();
        for (int i = 0; i < chosen.length; i++)
            if (probabilities[i] >= least) passing.add(pairs.get(i));
        return passing;
    }

    /**
     * The limit, lowered to the likeliest few where too few would pass, though never below half.
     */
    private double least(double[] probabilities) {
        int wanted = Math.min(limits.fewestPairs(), probabilities.length);
        if (wanted == 0) return limits.leastProbability();
        double[] rising = probabilities.clone();
        Arrays.sort(rising);
        double ofTheFewest = Math.max(LIKELIER_THAN_NOT, rising[rising.length - wanted]);
        return Math.min(limits.leastProbability(), ofTheFewest);
    }
}
