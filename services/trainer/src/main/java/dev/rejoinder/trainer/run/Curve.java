package dev.rejoinder.trainer.run;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The training curve, bounded: when it is full, every second step is forgotten, the newest never.
 */
public record Curve(List<Step> steps) {
    /** Plenty for a plot, little for a Kafka record. */
    static final int MOST_STEPS = 512;

    public Curve {
        steps = List.copyOf(steps);
    }

    /**
     * One step.
     *
     * @param step 1 and up
     * @param loss mean over the step's pairs
     * @param accuracy share of the pairs with a margin above 0
     * @param margin mean implicit reward margin
     * @param gradientNorm global L2 norm before clipping
     * @param seconds the step took
     */
    public record Step(
            int step,
            double loss,
            double accuracy,
            double margin,
            double gradientNorm,
            double seconds) {}

    public static Curve empty() {
        return new Curve(List.of());
    }

    Curve with(Step step) {
        List<Step> all = new ArrayList<>(steps);
        if (all.size() >= MOST_STEPS) {
            List<Step> full = List.copyOf(all);
            all.clear();
            IntStream.range(0, full.size())
                    .filter(i -> i % 2 == 1)
                    .forEach(i -> all.add(full.get(i)));
        }
        all.add(step);
        return new Curve(all);
    }

    /** What a checkpoint after so many steps knows of the curve. */
    Curve upTo(int step) {
        return new Curve(steps.stream().filter(s -> s.step() <= step).toList());
    }

    /** The largest gradient norm; 0 when nothing was trained. */
    double largestGradientNorm() {
        return steps.stream().mapToDouble(Step::gradientNorm).max().orElse(0);
    }
}
