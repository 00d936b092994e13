package dev.rejoinder.signals.detect;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads follow-ups with linear heads on hidden states of the base model that is loaded anyway. How
 * the heads were fitted and how well they read stands in the model card beside the weights.
 */
public final class HeadDetector implements Detector {
    /** Share of YES verdicts that shall be right where nothing else is asked for. */
    public static final double DEFAULT_PRECISION = 0.8;

    static final String RESOURCE = "/dev/rejoinder/signals/head.bin";

    /**
     * A category is named from here on; of a side that is likelier than not, the likeliest always.
     */
    private static final double CATEGORY = 0.4;

    private final Head head;
    private final FollowUpFeatures features;
    private final Thresholds sat;
    private final Thresholds dsat;

    /**
     * The committed head at {@link #DEFAULT_PRECISION}.
     *
     * @throws IllegalStateException if this jar was built without one
     */
    public HeadDetector(LanguageModel model) {
        this(
                model,
                null,
                committed()
                        .orElseThrow(
                                () -> new IllegalStateException(RESOURCE + " is not in the jar")),
                DEFAULT_PRECISION);
    }

    /**
     * @param adapter through which the model reads; null for the base, on which heads are fitted
     * @param precision share of YES verdicts that shall be right, in (0, 1)
     * @throws IllegalArgumentException if the head was trained on another base model
     */
    public HeadDetector(
            LanguageModel model, @Nullable Adapter adapter, Head head, double precision) {
        if (!fits(head, model))
            throw new IllegalArgumentException(
                    "%s reads states of base %s (%d wide), the model %s is %s (%d wide); train a head for it with ./rejoinder train signals"
                            .formatted(
                                    head.name(),
                                    brief(head.baseDigest()),
                                    head.hidden(),
                                    model.info().name(),
                                    brief(model.info().digest()),
                                    model.info().hidden()));
        this.head = head;
        this.features = new FollowUpFeatures(model, adapter, head.layers());
        this.sat = Thresholds.choose(head.output(Head.SAT).curve(), precision);
        this.dsat = Thresholds.choose(head.output(Head.DSAT).curve(), precision);
    }

    /** Whether the head was trained on this very base. */
    public static boolean fits(Head head, LanguageModel model) {
        return head.baseDigest().equals(model.info().digest())
                && head.hidden() == model.info().hidden();
    }

    /** The head in this jar; empty if it was built without one. */
    public static Optional<Head> committed() {
        try (InputStream in = HeadDetector.class.getResourceAsStream(RESOURCE)) {
            return in == null ? Optional.empty() : Optional.of(HeadFile.read(in));
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
    }

    @Override
    public String name() {
        return head.name();
    }

    public Thresholds satThresholds() {
        return sat;
    }

    public Thresholds dsatThresholds() {
        return dsat;
    }

    @Override
    public List<Reading> read(List<Exchange> exchanges) {
        if (exchanges.isEmpty()) return List.of();
        List<Reading> readings = new ArrayList<>();
        for (float[] x : features.of(exchanges)) readings.add(reading(x));
        return List.copyOf(readings);
    }

    private Reading reading(float[] x) {
        double satisfied = head.output(Head.SAT).probability(x);
        double dissatisfied = head.output(Head.DSAT).probability(x);
        return new Reading(
                satisfied,
                dissatisfied,
                sat.of(satisfied),
                dsat.of(dissatisfied),
                categories(x, satisfied, dissatisfied),
                state(x),
                head.name());
    }

    private record Scored<T>(T what, double probability) {}

    private List<Category> categories(float[] x, double satisfied, double dissatisfied) {
        List<Scored<Category>> scored = new ArrayList<>();
        for (Head.Output o : head.outputs())
            if (o.label().startsWith(Head.CATEGORY_PREFIX))
                scored.add(
                        new Scored<>(
                                Category.labelled(
                                        o.label().substring(Head.CATEGORY_PREFIX.length())),
                                o.probability(x)));
        scored.sort(Comparator.comparingDouble((Scored<Category> s) -> s.probability()).reversed());
        List<Category> named = new ArrayList<>();
        for (boolean kind : new boolean[] {true, false})
            named.addAll(named(scored, kind, kind ? satisfied : dissatisfied));
        return scored.stream().map(Scored::what).filter(named::contains).toList();
    }

    /** The likeliest category of a side that is likelier present than not, and all likely ones. */
    private static List<Category> named(
            List<Scored<Category>> likeliestFirst, boolean satisfied, double side) {
        List<Scored<Category>> ofSide =
                likeliestFirst.stream().filter(s -> s.what().isSatisfied() == satisfied).toList();
        List<Category> named = new ArrayList<>();
        for (int i = 0; i < ofSide.size(); i++)
            if (ofSide.get(i).probability() >= CATEGORY || i == 0 && side >= 0.5)
                named.add(ofSide.get(i).what());
        return named;
    }

    private DialogueState state(float[] x) {
        return head.outputs().stream()
                .filter(o -> o.label().startsWith(Head.STATE_PREFIX))
                .map(o -> new Scored<>(o.label(), o.probability(x)))
                .max(Comparator.comparingDouble(Scored::probability))
                .map(s -> DialogueState.valueOf(s.what().substring(Head.STATE_PREFIX.length())))
                .orElse(DialogueState.UNKNOWN);
    }

    private static String brief(String digest) {
        return digest.substring(0, Math.min(8, digest.length()));
    }
}
