package dev.rejoinder.bench;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.djl.EngineOptions;
import dev.rejoinder.lm.djl.LanguageModels;
import dev.rejoinder.lm.read.ModelFiles;
import dev.rejoinder.lm.read.ModelReader;
import dev.rejoinder.lm.read.UnreadableModelException;
import dev.rejoinder.lm.vector.VectorDecoder;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** {@code ./rejoinder bench}: how near the engine comes to what the machine can do. */
public final class Bench {
    private static final int USAGE_ERROR = 2;
    private static final int UNREADABLE = 1;

    private final BenchOptions options;
    private final Services services;
    private final List<Section> sections = new ArrayList<>();

    /** The suites that need more than a model. */
    public interface Services {
        /** Chats on the loaded model. */
        void serving(Workbench bench, Consumer<Figure> report);

        /** A whole platform, measured when the model's memory is free again. */
        void platform(Consumer<Figure> report);
    }

    private Bench(BenchOptions options, Services services) {
        this.options = options;
        this.services = services;
    }

    /**
     * Measures and prints.
     *
     * @return the exit code: 0, 1 for a model that cannot be read, 2 for an unknown suite or flag
     */
    public static int run(Services services, String... arguments) {
        return run(services, System.out, arguments);
    }

    static int run(Services services, PrintStream report, String... arguments) {
        BenchOptions options;
        try {
            options = BenchOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + BenchOptions.USAGE);
            return USAGE_ERROR;
        }
        try {
            Report measured = new Bench(options, services).measure();
            report.print(options.json() ? measured.json() + "\n" : measured.table());
            return 0;
        } catch (UnreadableModelException e) {
            System.err.println(e.getMessage());
            return UNREADABLE;
        }
    }

    private Report measure() {
        Map<String, String> facts = Machine.describe();
        Stream<Suite> chosen = options.suites().stream();
        if (chosen.anyMatch(Suite::needsModel)) measureModel(facts);
        if (options.suites().contains(Suite.PLATFORM))
            section(Suite.PLATFORM.label(), services::platform);
        return new Report(facts, sections);
    }

    private void measureModel(Map<String, String> facts) {
        LanguageModels.endWithTheProcess();
        EngineOptions engine = EngineOptions.of(options.precision());
        try (ModelFiles files =
                        RandomModel.endless(
                                options.model()
                                        .map(ModelReader::open)
                                        .orElseGet(RandomModel::files));
                LanguageModel model = LanguageModels.load(files, engine)) {
            Limits limits = Limits.measure();
            section("limits", report -> limits.figures().forEach(report));
            Workbench bench =
                    new Workbench(
                            model,
                            files.config(),
                            limits,
                            LanguageModels.decodeWeightBytes(options.precision()),
                            options.repeats());
            facts.put("model", files.name());
            facts.put("precision", precision());
            facts.put("threads", "" + threads(engine));
            facts.put("vector units", VectorDecoder.available() ? "on" : "off");
            for (Suite suite : options.suites()) measure(suite, bench);
        }
    }

    /** Cores that a pass uses. */
    private static int threads(EngineOptions engine) {
        return engine.threads() == 0
                ? Runtime.getRuntime().availableProcessors()
                : engine.threads();
    }

    private String precision() {
        return LanguageModels.resolve(options.precision()).name().toLowerCase(Locale.ROOT);
    }

    private void measure(Suite suite, Workbench bench) {
        switch (suite) {
            case LM -> section(suite.label(), new LmSuite(bench)::measure);
            case SCORING -> section(suite.label(), new ScoringSuite(bench)::measure);
            case TRAINING -> section(suite.label(), new TrainingSuite(bench)::measure);
            case SERVING -> section(suite.label(), report -> services.serving(bench, report));
            case PLATFORM -> {
                // Not before the model is closed.
            }
        }
    }

    private void section(String name, Consumer<Consumer<Figure>> suite) {
        List<Figure> figures = new ArrayList<>();
        suite.accept(f -> {
            figures.add(f);
            System.err.printf("measured %s%n", f.name());
        });
        sections.add(new Section(name, figures));
    }
}
