package dev.rejoinder.bench;

import dev.rejoinder.lm.score.Pack;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Follow-up likelihood: different continuations of 10 tokens, packed and one by one, after a short
 * chat and after one of the length that half of WildChat's do not reach.
 */
final class ScoringSuite {
    private static final int SHORT = 96;
    private static final int MEDIAN = 896;
    private static final int FOLLOW_UP = 10;

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
        List<List<Pack>> each =
                followUps.stream().map(f -> List.of(new Pack(prefix, List.of(f)))).toList();
        Timing one = Timing.of(bench.repeats(), () -> bench.model().score(packed, null));
        Timing apart =
                Timing.of(
                        bench.repeats(),
                        () -> each.forEach(pack -> bench.model().score(pack, null)));
        return List.of(
                Figure.seconds(
                        "%d follow-ups after %d tokens, one pass each".formatted(count, tokens),
                        apart),
                Figure.seconds(
                                "%d follow-ups after %d tokens, packed".formatted(count, tokens),
                                one)
                        .against("faster than one each", apart.median() / one.median()));
    }
}
