package dev.rejoinder.signals.train;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.probe.LogisticRegression;
import dev.rejoinder.signals.detect.Exchange;
import dev.rejoinder.signals.detect.FollowUpFeatures;
import dev.rejoinder.signals.detect.Head;
import dev.rejoinder.signals.detect.HeadDetector;
import dev.rejoinder.signals.detect.HeadFile;
import dev.rejoinder.signals.detect.Reading;
import dev.rejoinder.signals.detect.RuleDetector;
import dev.rejoinder.signals.train.CrossValidation.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The command that makes a head: reads labelled follow-ups, lets the base model read them (kept on
 * disk, so a stopped run goes on), fits and cross-validates, writes {@code head.bin} and {@code
 * MODEL_CARD.md}.
 */
public final class TrainSignals {
    /**
     * How far up the layers are read, chosen on the folds: the middle knows more of a user's mood
     * than the last layers, which are busy with the next token. Kappa of DSAT with layers 15 and 20
     * of 30: 0.54; with 10, 20 and 30: 0.51; with six layers: 0.51; with 15 alone: 0.50 (3,440 of
     * the 5,395 follow-ups).
     */
    private static final List<Double> DEPTHS = List.of(0.5, 0.67);

    /** Chosen on the folds among 4e-4, 1e-3 and 2e-3. */
    private static final double INVERSE_PENALTY = 2e-3;

    /**
     * What to do.
     *
     * @param data folder with the labelled corpora, see {@link LabelledData}
     * @param output folder for the two files
     * @param cache folder for the states; it holds no text
     * @param version of the head; a new one reads every follow-up anew
     */
    public record Order(Path data, Path output, Path cache, int version) {}

    private final LanguageModel model;
    private final Order order;
    private final PrintStream out;

    private TrainSignals(LanguageModel model, Order order, PrintStream out) {
        this.model = model;
        this.order = order;
        this.out = out;
    }

    /**
     * @param out gets progress and the figures
     * @throws IOException if the data cannot be read or the files not written; names the file
     */
    public static void run(LanguageModel model, Order order, PrintStream out) throws IOException {
        new TrainSignals(model, order, out).train(LabelledData.read(order.data()));
    }

    private void train(List<LabelledFollowUp> data) throws IOException {
        out.printf("%d labelled follow-ups%n", data.size());
        List<Integer> layers = layers(model.info().layers());
        float[][] features = features(data, layers);
        List<Label> labels = Label.of(data);
        List<Outcome> outcomes =
                new CrossValidation(
                                data,
                                features,
                                new LogisticRegression(INVERSE_PENALTY),
                                stage ->
                                        out.println(
                                                "fitting " + labels.size() + " labels: " + stage))
                        .run(labels);
        write(data, layers, labels, outcomes);
    }

    /** At most two layers. */
    static List<Integer> layers(int count) {
        return DEPTHS.stream().map(d -> Math.max(1, (int) (d * count))).distinct().toList();
    }

    private float[][] features(List<LabelledFollowUp> data, List<Integer> layers)
            throws IOException {
        FollowUpFeatures reader = new FollowUpFeatures(model, layers);
        List<Exchange> exchanges = data.stream().map(LabelledFollowUp::exchange).toList();
        Instant start = Instant.now();
        FeatureCache cache =
                new FeatureCache(
                        order.cache(), reader, model.info().digest(), layers.toString(), "text/1");
        float[][] rows = cache.of(exchanges, known -> tick(known, exchanges.size(), start));
        for (int i = 0; i < rows.length; i++)
            rows[i] = FollowUpFeatures.withWording(rows[i], exchanges.get(i));
        return rows;
    }

    private void tick(int known, int all, Instant start) {
        out.printf(
                "read %d of %d follow-ups, %d s%n",
                known, all, Duration.between(start, Instant.now()).toSeconds());
    }

    private void write(
            List<LabelledFollowUp> data,
            List<Integer> layers,
            List<Label> labels,
            List<Outcome> outcomes)
            throws IOException {
        int[] all = IntStream.range(0, data.size()).toArray();
        List<Head.Output> outputs = new ArrayList<>();
        List<ModelCard.Line> lines = new ArrayList<>();
        for (int l = 0; l < labels.size(); l++) {
            Label label = labels.get(l);
            boolean[] truth = label.of(data, all);
            Calibration calibration = Calibration.of(outcomes.get(l).outOfFold(), truth);
            double[] p = calibration.probabilities(outcomes.get(l).outOfFold());
            List<Head.Point> curve = label.isActedOn() ? Calibration.curve(p, truth) : List.of();
            outputs.add(calibration.fold(label.name(), outcomes.get(l).fit(), curve));
            lines.add(line(label, "head", "all", p, truth, false));
            if (label.isActedOn()) lines.addAll(details(label, data, p));
        }
        String name =
                "head-%s/%d"
                        .formatted(model.info().name().toLowerCase(Locale.ROOT), order.version());
        save(
                new Head(name, model.info().digest(), model.info().hidden(), layers, outputs),
                data,
                lines);
    }

    /** The head for each source, and the rules for all and for each. */
    private static List<ModelCard.Line> details(
            Label label, List<LabelledFollowUp> data, double[] p) {
        List<Reading> rules =
                new RuleDetector().read(data.stream().map(LabelledFollowUp::exchange).toList());
        double[] r =
                rules.stream()
                        .mapToDouble(x -> label.name().equals(Head.SAT) ? x.sat() : x.dsat())
                        .toArray();
        int[] all = IntStream.range(0, data.size()).toArray();
        List<ModelCard.Line> lines = new ArrayList<>();
        lines.add(line(label, RuleDetector.NAME, "all", r, label.of(data, all), true));
        data.stream()
                .map(LabelledFollowUp::source)
                .distinct()
                .forEach(source -> {
                    int[] rows =
                            IntStream.of(all)
                                    .filter(i -> data.get(i).source().equals(source))
                                    .toArray();
                    boolean[] truth = label.of(data, rows);
                    lines.add(line(label, "head", source, pick(p, rows), truth, false));
                    lines.add(line(label, RuleDetector.NAME, source, pick(r, rows), truth, true));
                });
        return lines;
    }

    private static ModelCard.Line line(
            Label label, String reader, String source, double[] p, boolean[] truth, boolean rule) {
        return new ModelCard.Line(
                label.name(),
                reader,
                source,
                rule ? Figures.at(0.5, p, truth) : Figures.atBestKappa(p, truth));
    }

    private static double[] pick(double[] from, int[] rows) {
        return IntStream.of(rows).mapToDouble(i -> from[i]).toArray();
    }

    private void save(Head head, List<LabelledFollowUp> data, List<ModelCard.Line> lines)
            throws IOException {
        Files.createDirectories(order.output());
        Path file = order.output().resolve("head.bin");
        try (OutputStream target = Files.newOutputStream(file)) {
            HeadFile.write(head, target);
        }
        String card = ModelCard.of(head, model.info(), data, lines, HeadDetector.DEFAULT_PRECISION);
        Files.writeString(order.output().resolve("MODEL_CARD.md"), card);
        out.println(card);
        out.printf("wrote %s, %d bytes%n", file, Files.size(file));
    }
}
