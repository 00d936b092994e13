package dev.rejoinder.signals.train;

import dev.rejoinder.signals.detect.Category;
import dev.rejoinder.signals.detect.DialogueState;
import dev.rejoinder.signals.detect.Exchange;
import java.util.Set;

/**
 * A follow-up that somebody read.
 *
 * @param source the data set
 * @param group its conversation: never split over folds
 * @param categories the best one of each side that is true
 * @param confidence of the annotator: 1 a guess, 3 clear
 */
record LabelledFollowUp(
        Exchange exchange,
        String source,
        String group,
        boolean sat,
        boolean dsat,
        Set<Category> categories,
        DialogueState state,
        int confidence) {
    LabelledFollowUp {
        if (confidence < 1 || confidence > 3)
            throw new IllegalArgumentException(
                    "confidence of " + confidence + " is outside 1 to 3");
        categories = Set.copyOf(categories);
    }

    /** A guess counts for less than half of a clear case. */
    double weight() {
        return switch (confidence) {
            case 1 -> 0.4;
            case 2 -> 0.8;
            default -> 1;
        };
    }
}
