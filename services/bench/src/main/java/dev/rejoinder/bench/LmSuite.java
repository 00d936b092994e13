package dev.rejoinder.bench;

import dev.rejoinder.lm.generate.BatchGenerator;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.lm.generate.TokenSink;
import dev.rejoinder.lm.score.Pack;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reading prompts against matrix products, decoding against memory. */
final class LmSuite {
    private static final int PROMPT = 32;
    private static final int STEPS = 32;

    private final Workbench bench;

    LmSuite(Workbench bench) {
        this.bench = bench;
    }

    void measure(Consumer<Figure> report) {
        report.accept(prefill(1, 512));
        report.accept(prefill(4, 256));
        report.accept(allLogits(1, 512));
        report.accept(allLogits(4, 256));
        for (int rows : new int[] {1, 4, 8, 16}) decode(rows).forEach(report);
    }

    /** Reading prompts, no logits but the last token's. */
    private Figure prefill(int rows, int tokens) {
        List<Pack> packs =
                packs(rows, seed -> new Pack(bench.ids(seed, tokens - 1), List.of(last())));
        return reading("prefill %dx%d, last logit".formatted(rows, tokens), packs, tokens, 1);
    }

    /** Reading prompts, the log-probability of every token after the first. */
    private Figure allLogits(int rows, int tokens) {
        List<Pack> packs =
                packs(rows, seed -> new Pack(last(), List.of(bench.ids(seed, tokens - 1))));
        return reading(
                "prefill %dx%d, all logits".formatted(rows, tokens), packs, tokens, tokens - 1);
    }

    private int[] last() {
        return bench.ids(0, 1);
    }

    private static List<Pack> packs(int rows, IntFunction<Pack> pack) {
        return IntStream.rangeClosed(1, rows).mapToObj(pack).toList();
    }

    private Figure reading(String name, List<Pack> packs, int tokens, int logits) {
        Timing t = Timing.of(bench.repeats(), () -> bench.model().score(packs, null));
        double operations =
                packs.size() * (prefillOperations(tokens) + 2.0 * bench.headWeights() * logits);
        return Figure.rate(name, "tok/s", packs.size() * tokens, t)
                .against("sgemm", operations / t.median() / bench.limits().sgemm());
    }

    /** Multiplications and additions of a text's matrices and of its causal attention. */
    private double prefillOperations(int tokens) {
        var c = bench.config();
        double attention = 2.0 * tokens * tokens * c.heads() * c.headSize() * c.layers();
        return 2.0 * bench.matrixWeights() * tokens + attention;
    }

    /** One token for every row, context 32 to 64, once all prompts are read. */
    private List<Figure> decode(int rows) {
        double[] seconds = new double[bench.repeats() * STEPS];
        for (int r = -1; r < bench.repeats(); r++) {
            double[] steps = decodeOnce(rows);
            if (r >= 0) System.arraycopy(steps, 0, seconds, r * STEPS, STEPS);
        }
        Timing t = Timing.of(seconds);
        double numbers =
                bench.matrixWeights()
                        + bench.headWeights()
                        + rows * (PROMPT + STEPS / 2.0) * bench.cachedNumbers();
        double bytes = numbers * bench.weightBytes();
        return List.of(
                Figure.rate("decode batch " + rows, "tok/s", rows, t)
                        .against("memory read", bytes / t.median() / bench.limits().bandwidth()),
                Figure.counted(
                        "decode batch " + rows + " reads a token", "MB", bytes / rows / 1e6));
    }

    private double[] decodeOnce(int rows) {
        double[] seconds = new double[STEPS];
        try (BatchGenerator generator = bench.model().generator(rows)) {
            Set<Integer> begun = new HashSet<>();
            for (int i = 0; i < rows; i++) {
                int row = i;
                generator.add(request(1 + i), sink(() -> begun.add(row)));
            }
            while (begun.size() < rows) generator.step();
            generator.step();
            for (int s = 0; s < STEPS; s++) {
                long start = System.nanoTime();
                generator.step();
                seconds[s] = (System.nanoTime() - start) / 1e9;
            }
        }
        return seconds;
    }

    private GenerationRequest request(int seed) {
        return new GenerationRequest(
                bench.ids(seed, PROMPT), new Sampling(0.7, 1, seed, 0), 4 * STEPS, List.of(), null);
    }

    private static TokenSink sink(Runnable onToken) {
        return new TokenSink() {
            @Override
            public void token(GeneratedToken token) {
                onToken.run();
            }

            @Override
            public void finished(
                    FinishReason reason, String rest, @Nullable RuntimeException error) {
                if (error != null) throw error;
            }
        };
    }
}
