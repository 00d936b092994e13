package dev.rejoinder.bench;

import dev.rejoinder.lm.score.Pack;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Follow-up likelihood: different continuations of 10 tokens, packed against a pass each, after a
 * short chat and after one of the length that half of WildChat's do not reach.
 */
final class ScoringSuite {
    private static final int SHORT = 96;
    private static final int MEDIAN = 896;
    private static final int FOLLOW_UP = 10;

    /** Passes of one follow-up that are timed a repeat. */
    private static final int PASSES = 4;

    private final Workbench bench;

    ScoringSuite(Workbench bench) {
        this.bench = bench;
    }

    void measure(Consumer<Figure> report) {
        for (int prefix : new int[] {SHORT, MEDIAN})
            for (int followUps : new int[] {16, 120}) packed(prefix, followUps).forEach(report);
    }

    private List<Figure> packed(int tokens, int count) {
        int[] prefix = bench.ids(0, tokens);
        List<int[]> followUps =
                IntStream.rangeClosed(1, count)
                        .mapToObj(seed -> bench.ids(seed, FOLLOW_UP))
                        .toList();
        List<Pack> packed = List.of(new Pack(prefix, followUps));
        List<Pack> alone = List.of(new Pack(prefix, List.of(followUps.getFirst())));
        Timing together = Timing.of(bench.repeats(), () -> bench.model().score(packed, null));
        Timing one = Timing.of(PASSES * bench.repeats(), () -> bench.model().score(alone, null));
        String what = "%d follow-ups after %d tokens, packed".formatted(count, tokens);
        return List.of(
                Figure.seconds("1 follow-up after %d tokens".formatted(tokens), one),
                Figure.seconds(what, together)
                        .against("faster than one each", count * one.median() / together.median()));
    }
}
