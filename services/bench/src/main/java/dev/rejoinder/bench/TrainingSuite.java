package dev.rejoinder.bench;

import dev.rejoinder.lm.adapter.AdapterConfig;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.train.LoraTraining;
import dev.rejoinder.lm.train.TokenObjective;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * One LoRA-DPO step (rank 8 on q, k, v and o) on 4 pairs of a prompt of 64 tokens and two replies
 * of 64. Tokens are counted as trainers count them that give every reply a row of its own: 4 x 2 x
 * 128.
 */
final class TrainingSuite {
    private static final int PAIRS = 4;
    private static final int PART = 64;
    private static final int TOKENS = PAIRS * 2 * 2 * PART;
    private static final double BETA = 0.1;
    private static final double LEARNING_RATE = 1e-4;
    private static final double PROMISED_MIB = 3 * 1024;

    private final Workbench bench;

    TrainingSuite(Workbench bench) {
        this.bench = bench;
    }

    void measure(Consumer<Figure> report) {
        boolean ownPeak = ProcessMemory.forgetPeak();
        List<Pack> pairs = IntStream.range(0, PAIRS).mapToObj(this::pair).toList();
        Timing plain = timed(training -> plainStep(training, pairs));
        Timing whole = timed(training -> step(training, pairs, references(pairs)));
        Timing cached = timed(training -> step(training, pairs, new double[PAIRS]));
        report.accept(
                Figure.rate("LoRA-DPO, each reply in a row of its own", "tok/s", TOKENS, plain));
        report.accept(
                Figure.rate("LoRA-DPO, packed pairs", "tok/s", TOKENS, whole)
                        .against("own rows", plain.median() / whole.median()));
        report.accept(
                Figure.rate("LoRA-DPO, reference cached", "tok/s", TOKENS, cached)
                        .against("own rows", plain.median() / cached.median()));
        report.accept(Figure.seconds("LoRA-DPO step, 4 pairs x 128", whole));
        report.accept(Figure.seconds("the same, reference cached", cached));
        double peak = ProcessMemory.peakMebibytes();
        report.accept(
                Figure.counted(
                                ownPeak ? "peak memory while training" : "peak memory of the bench",
                                "MiB",
                                peak)
                        .against("3 GiB", peak / PROMISED_MIB));
    }

    private Pack pair(int i) {
        return new Pack(
                bench.ids(3L * i, PART),
                List.of(bench.ids(3L * i + 1, PART), bench.ids(3L * i + 2, PART)));
    }

    private Timing timed(Consumer<LoraTraining> step) {
        try (LoraTraining training = bench.model().train(AdapterConfig.attention(), 1, 0)) {
            return Timing.of(bench.repeats(), () -> step.accept(training));
        }
    }

    private double[] references(List<Pack> pairs) {
        float[][][] scored = bench.model().score(pairs, null);
        return Arrays.stream(scored).mapToDouble(TrainingSuite::margin).toArray();
    }

    private static void step(LoraTraining training, List<Pack> pairs, double[] references) {
        training.accumulate(
                IntStream.range(0, PAIRS)
                        .mapToObj(i -> new LoraTraining.Example(pairs.get(i), dpo(references[i])))
                        .toList(),
                1.0 / PAIRS);
        training.update(LEARNING_RATE, 1);
    }

    /**
     * What a trainer without packing computes: prompt and reply again for each side, in the
     * reference's pass and in its own. The slope is that of the first step, where policy and
     * reference are one.
     */
    private void plainStep(LoraTraining training, List<Pack> pairs) {
        for (Pack pair : pairs) {
            for (int side = 0; side < 2; side++) {
                Pack row = new Pack(pair.prefix(), List.of(pair.continuations().get(side)));
                bench.model().score(List.of(row), null);
                float slope = (float) (side == 0 ? -BETA / 2 : BETA / 2);
                training.accumulate(row, constant(slope), 1.0 / PAIRS);
            }
        }
        training.update(LEARNING_RATE, 1);
    }

    private static TokenObjective constant(float slope) {
        return logProbs -> {
            float[] gradient = new float[logProbs[0].length];
            Arrays.fill(gradient, slope);
            return new TokenObjective.Value(0, new float[][] {gradient});
        };
    }

    private static TokenObjective dpo(double reference) {
        return logProbs -> {
            double z = BETA * (margin(logProbs) - reference);
            float slope = (float) (-BETA / (1 + Math.exp(z)));
            float[][] gradient = {new float[logProbs[0].length], new float[logProbs[1].length]};
            Arrays.fill(gradient[0], slope);
            Arrays.fill(gradient[1], -slope);
            return new TokenObjective.Value(Math.log1p(Math.exp(-z)), gradient);
        };
    }

    private static double margin(float[][] logProbs) {
        double margin = 0;
        for (float p : logProbs[0]) margin += p;
        for (float p : logProbs[1]) margin -= p;
        return margin;
    }
}
