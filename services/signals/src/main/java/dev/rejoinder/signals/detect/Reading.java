package dev.rejoinder.signals.detect;

import java.util.List;

/**
 * What one follow-up says about the reply before it.
 *
 * @param sat probability of satisfaction, 0 to 1
 * @param dsat probability of dissatisfaction, 0 to 1; both may be high, or neither
 * @param satVerdict whether to act on satisfaction
 * @param dsatVerdict whether to act on dissatisfaction
 * @param categories those that apply, likeliest first
 * @param detector name and version of the detector, such as {@code head-smollm2-135m-instruct/1}
 */
public record Reading(
        double sat,
        double dsat,
        Verdict satVerdict,
        Verdict dsatVerdict,
        List<Category> categories,
        DialogueState state,
        String detector) {
    public Reading {
        if (!(sat >= 0 && sat <= 1) || !(dsat >= 0 && dsat <= 1))
            throw new IllegalArgumentException(
                    "probabilities of " + sat + " and " + dsat + " are not both in 0 to 1");
        categories = List.copyOf(categories);
    }
}
