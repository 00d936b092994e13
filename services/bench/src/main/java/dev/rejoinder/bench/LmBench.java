package dev.rejoinder.bench;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.lm.read.UnreadableModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** {@code ./rejoinder bench}: how near the engine comes to what the machine can do. */
public final class LmBench {
    private static final int USAGE_ERROR = 2;

    private LmBench() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /**
     * Measures and prints.
     *
     * @return the exit code: 0, 1 for a model that cannot be read, 2 for an unknown flag
     */
    public static int run(String... arguments) {
        return run(List::of, arguments);
    }

    /** As above, with more figures after the engine's, measured when its memory is free again. */
    public static int run(Supplier<List<Figure>> more, String... arguments) {
        BenchOptions options;
        try {
            options = BenchOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + BenchOptions.USAGE);
            return USAGE_ERROR;
        }
        try {
            Report report = measure(options).with(more.get());
            System.out.print(options.json() ? report.json() + "\n" : report.table());
            return 0;
        } catch (UnreadableModelException e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }

    private static Report measure(BenchOptions options) {
        String precision = LanguageModels.resolve(options.precision()).name();
        try (ModelFiles files =
                        RandomModel.endless(
                                options.model()
                                        .map(ModelReader::open)
                                        .orElseGet(RandomModel::files));
                LanguageModel model =
                        LanguageModels.load(files, EngineOptions.of(options.precision()))) {
            Map<String, String> facts = Machine.describe();
            facts.put("model", files.name());
            facts.put("precision", precision.toLowerCase(Locale.ROOT));
            var figures = figures(model, files, options);
            facts.put("peak memory", Machine.peakMebibytes() + " MiB");
            return new Report(facts, figures);
        }
    }

    private static List<Figure> figures(
            LanguageModel model, ModelFiles files, BenchOptions options) {
        Limits limits = Limits.measure();
        int weightBytes = LanguageModels.decodeWeightBytes(options.precision());
        var bench = new ModelBench(model, files.config(), limits, weightBytes, options.repeats());
        List<Figure> figures = new ArrayList<>();
        figures.add(progress(limits.sgemmFigure()));
        figures.add(progress(limits.bandwidthFigure()));
        figures.add(progress(bench.prefill(1, 512)));
        figures.add(progress(bench.prefill(4, 256)));
        for (int rows : new int[] {1, 4, 8, 16}) figures.add(progress(bench.decode(rows)));
        bench.packedScoring().forEach(f -> figures.add(progress(f)));
        bench.dpo().forEach(f -> figures.add(progress(f)));
        return figures;
    }

    private static Figure progress(Figure figure) {
        System.err.printf("measured %s%n", figure.name());
        return figure;
    }
}
