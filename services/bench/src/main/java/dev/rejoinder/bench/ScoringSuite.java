package dev.rejoinder.bench;

import dev.rejoinder.lm.score.Pack;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Follow-up likelihood: continuations of 10 tokens after a prefix of 96, packed and one by one. */
final class ScoringSuite {
    private static final int PREFIX = 96;
    private static final int FOLLOW_UP = 10;

    private final Workbench bench;

    ScoringSuite(Workbench bench) {
        this.bench = bench;
    }

    void measure(Consumer<Figure> report) {
        for (int followUps : new int[] {16, 120}) packed(followUps).forEach(report);
    }

    private List<Figure> packed(int count) {
        int[] prefix = bench.ids(0, PREFIX);
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
                Figure.seconds("%d follow-ups, one pass each".formatted(count), apart),
                Figure.seconds("%d follow-ups packed".formatted(count), one)
                        .against("faster than one each", apart.median() / one.median()));
    }
}
