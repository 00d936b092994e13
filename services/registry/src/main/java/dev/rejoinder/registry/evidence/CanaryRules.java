package dev.rejoinder.registry.evidence;

import dev.rejoinder.registry.evidence.Decision.Settled;
import dev.rejoinder.registry.evidence.Decision.Verdict;
import dev.rejoinder.registry.evidence.Decision.Wait;
import java.util.ArrayList;
import java.util.List;

/**
 * When a canary is promoted or rolled back.
 *
 * <ol>
 *   <li>Its e-value for worse reaches 1/alpha: rolled back, however little there is.
 *   <li>Its e-value for better reaches 1/alpha and both arms have the least evidence: promoted.
 *   <li>It has had its last follow-up: promoted if a one-sided interval at 1 - alpha shows that it
 *       is at most the margin worse; else rejected.
 * </ol>
 *
 * @param share of the conversations a canary gets, between 0 and 1 exclusive
 * @param alpha bound of the chance to promote one that is no better, and of the chance to roll back
 *     one that is no worse, by the e-values
 * @param minFollowUps least confident follow-ups in each arm for a promotion
 * @param maxFollowUps confident follow-ups of the canary after which it is over
 * @param margin by how much more often dissatisfied still counts as no worse
 */
public record CanaryRules(
        double share, double alpha, int minFollowUps, int maxFollowUps, double margin) {
    public CanaryRules {
        List<String> problems = new ArrayList<>();
        if (!(share > 0 && share < 1))
            problems.add("canary-share of " + share + " is not between 0 and 1");
        if (!(alpha > 0 && alpha < 0.5))
            problems.add("canary-alpha of " + alpha + " is not between 0 and 0.5");
        if (minFollowUps < 1)
            problems.add("canary-min-follow-ups of " + minFollowUps + " is less than 1");
        if (maxFollowUps < minFollowUps || maxFollowUps > 1_000_000)
            problems.add(
                    "canary-max-follow-ups of %d is not between the least of %d and 1000000"
                            .formatted(maxFollowUps, minFollowUps));
        if (!(margin >= 0 && margin < 1))
            problems.add("canary-margin of " + margin + " is not between 0 and 1");
        if (!problems.isEmpty())
            throw new IllegalArgumentException(
                    "rejoinder.registry: " + String.join("; ", problems));
    }

    public Decision decide(Evidence evidence) {
        EValues e = EValues.of(evidence);
        if (e.worse() >= 1 / alpha) return settled(Verdict.WORSE, evidence, "e-value", e.worse());
        if (e.better() >= 1 / alpha && hasLeastEvidence(evidence))
            return settled(Verdict.BETTER, evidence, "e-value", e.better());
        if (evidence.canary().followUps() < maxFollowUps) return new Wait();
        double upper = DifferenceBound.upper(evidence, DifferenceBound.normalQuantile(1 - alpha));
        return settled(
                upper <= margin ? Verdict.NO_WORSE : Verdict.UNDECIDED,
                evidence,
                "at most worse by",
                upper);
    }

    private boolean hasLeastEvidence(Evidence evidence) {
        return evidence.canary().followUps() >= minFollowUps
                && evidence.champion().followUps() >= minFollowUps;
    }

    private static Settled settled(
            Verdict verdict, Evidence evidence, String figure, double value) {
        Tally canary = evidence.canary();
        Tally champion = evidence.champion();
        return new Settled(
                verdict,
                "%s: %d of %d dissatisfied, champion %d of %d, %s %.3g"
                        .formatted(
                                word(verdict),
                                canary.dsat(),
                                canary.followUps(),
                                champion.dsat(),
                                champion.followUps(),
                                figure,
                                value));
    }

    private static String word(Verdict verdict) {
        return switch (verdict) {
            case BETTER -> "better";
            case WORSE -> "worse";
            case NO_WORSE -> "no worse";
            case UNDECIDED -> "not shown to be as good";
        };
    }
}
