package dev.rejoinder.preferences.mining;

import java.util.ArrayList;
import java.util.List;

/** What is asked of the policy, and what a pair must be. All faults are reported at once. */
public record Rules(OnPolicy onPolicy, BestOfN bestOfN, Curation curation) {
    /** The contract's limit of replies in one call. */
    private static final int MOST_SAMPLES = 16;

    /**
     * Samples of the policy that has been told what the user wants.
     *
     * @param samples asked for after the follow-up, for each complaint
     * @param toldBySystem asked for the prompt alone with the follow-up in the system message
     * @param maxTokens most tokens of a sample
     * @param keep most pairs of one complaint, the likeliest under the base
     */
    public record OnPolicy(int samples, int toldBySystem, int maxTokens, int keep) {}

    /**
     * Best and worst of several samples by FLR.
     *
     * @param share of the signals whose prompts are used, 0 to 1
     * @param margin in nats per token between best and worst
     */
    public record BestOfN(double share, int samples, int maxTokens, double margin) {}

    /**
     * What every pair must be.
     *
     * @param margin nats per token by which the follow-up is likelier after the rejected reply
     * @param floor least mean log-prob of the chosen reply under the base, nats per token
     * @param userCap most pairs of one user
     * @param similarity of two chosen replies to one prompt from which they count as one, 0 to 1
     */
    public record Curation(double margin, double floor, int userCap, double similarity) {}

    public Rules {
        List<String> faults = new ArrayList<>();
        range(faults, "on-policy.samples", onPolicy.samples, 0, MOST_SAMPLES);
        range(faults, "on-policy.told-by-system", onPolicy.toldBySystem, 0, MOST_SAMPLES);
        range(faults, "on-policy.max-tokens", onPolicy.maxTokens, 1, 4096);
        range(faults, "on-policy.keep", onPolicy.keep, 1, 2 * MOST_SAMPLES);
        range(faults, "best-of-n.share", bestOfN.share, 0, 1);
        range(faults, "best-of-n.samples", bestOfN.samples, 2, MOST_SAMPLES);
        range(faults, "best-of-n.max-tokens", bestOfN.maxTokens, 1, 4096);
        range(faults, "best-of-n.margin", bestOfN.margin, 0, 100);
        range(faults, "curation.margin", curation.margin, -100, 100);
        range(faults, "curation.floor", curation.floor, -100, 0);
        range(faults, "curation.user-cap", curation.userCap, 1, 1_000_000);
        range(faults, "curation.similarity", curation.similarity, 0, 1);
        if (!faults.isEmpty()) throw new IllegalArgumentException(String.join("\n", faults));
    }

    private static void range(
            List<String> faults, String name, double value, double least, double most) {
        if (!(value >= least && value <= most))
            faults.add(
                    "rejoinder.preferences.%s of %s is not in %s to %s"
                            .formatted(name, number(value), number(least), number(most)));
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }
}
