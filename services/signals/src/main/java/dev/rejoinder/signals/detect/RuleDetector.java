package dev.rejoinder.signals.detect;

import java.util.List;
import java.util.Set;

/**
 * Reads follow-ups by rules alone: the baseline of {@link HeadDetector}, and what stands in where
 * the served model is not the one the head was trained for. It never says NO: a rule that does not
 * match has seen nothing.
 */
public final class RuleDetector implements Detector {
    /** Changes whenever a rule does. */
    public static final String NAME = "rules/1";

    /** Share of matches that were right on labelled follow-ups; figures in the model card. */
    private static final double SAT_MATCHED = 0.93;

    private static final double DSAT_MATCHED = 0.61;

    /** Share of signals among the follow-ups no rule matches. */
    private static final double SAT_UNMATCHED = 0.2;

    private static final double DSAT_UNMATCHED = 0.28;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Reading> read(List<Exchange> exchanges) {
        return exchanges.stream().map(e -> reading(Wording.of(e))).toList();
    }

    private static Reading reading(Wording wording) {
        boolean sat = wording.satisfied();
        boolean dsat = wording.dissatisfied();
        return new Reading(
                sat ? SAT_MATCHED : SAT_UNMATCHED,
                dsat ? DSAT_MATCHED : DSAT_UNMATCHED,
                sat ? Verdict.YES : Verdict.UNSURE,
                dsat ? Verdict.YES : Verdict.UNSURE,
                wording.categories().stream().sorted().toList(),
                state(wording.categories()),
                NAME);
    }

    private static DialogueState state(Set<Category> categories) {
        if (categories.contains(Category.REVISION)
                || categories.contains(Category.STYLE)
                || categories.contains(Category.INSUFFICIENT_DETAIL))
            return DialogueState.REFINEMENT;
        return categories.isEmpty() ? DialogueState.UNKNOWN : DialogueState.FEEDBACK;
    }
}
