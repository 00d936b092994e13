package dev.rejoinder.signals.train;

import dev.rejoinder.signals.detect.Category;
import dev.rejoinder.signals.detect.DialogueState;
import dev.rejoinder.signals.detect.Head;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** One thing to read, and where it is true. */
record Label(String name, Predicate<LabelledFollowUp> truth) {
    /** With fewer examples five folds say nothing. */
    static final int FEWEST_EXAMPLES = 40;

    /** SAT, DSAT, and those categories and states that have enough examples. */
    static List<Label> of(List<LabelledFollowUp> data) {
        List<Label> labels = new ArrayList<>();
        labels.add(new Label(Head.SAT, LabelledFollowUp::sat));
        labels.add(new Label(Head.DSAT, LabelledFollowUp::dsat));
        for (Category c : Category.values())
            labels.add(
                    new Label(Head.CATEGORY_PREFIX + c.label(), r -> r.categories().contains(c)));
        for (DialogueState s : DialogueState.values())
            labels.add(new Label(Head.STATE_PREFIX + s.name(), r -> r.state() == s));
        return labels.stream()
                .filter(l -> data.stream().filter(l.truth()).count() >= FEWEST_EXAMPLES)
                .toList();
    }

    boolean[] of(List<LabelledFollowUp> data, int[] rows) {
        boolean[] values = new boolean[rows.length];
        for (int i = 0; i < rows.length; i++) values[i] = truth.test(data.get(rows[i]));
        return values;
    }

    /** Whether anything is decided by it. */
    boolean isActedOn() {
        return name.equals(Head.SAT) || name.equals(Head.DSAT);
    }
}
