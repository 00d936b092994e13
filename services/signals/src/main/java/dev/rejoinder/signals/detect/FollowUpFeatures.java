package dev.rejoinder.signals.detect;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.score.Probe;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers a linear head reads: hidden states of the frozen base model at several layers, each as
 * the mean over the follow-up, at the token after it and at the text's last token; two
 * log-probabilities; and what the words alone show.
 */
public final class FollowUpFeatures {
    /** Features that the words alone show; the last ones. */
    public static final int WORDS = 10;

    private static final int SPANS = 3;
    private static final int LOG_PROBS = 2;

    private final LanguageModel model;
    private final @Nullable Adapter adapter;
    private final FollowUpText text;
    private final List<Integer> layers;

    /**
     * @param layers as {@link Probe} counts them
     */
    public FollowUpFeatures(LanguageModel model, List<Integer> layers) {
        this(model, null, layers);
    }

    /**
     * @param adapter through which the model reads; null for the base
     */
    FollowUpFeatures(LanguageModel model, @Nullable Adapter adapter, List<Integer> layers) {
        this.model = model;
        this.adapter = adapter;
        this.text = new FollowUpText(model);
        this.layers = List.copyOf(layers);
    }

    /** Numbers of one exchange that {@link #states} reads. */
    public int statesSize() {
        return SPANS * layers.size() * model.info().hidden() + LOG_PROBS;
    }

    /**
     * All features.
     *
     * @return {@code [exchange][feature]}
     */
    public float[][] of(List<Exchange> exchanges) {
        float[][] states = states(exchanges);
        float[][] all = new float[states.length][];
        for (int i = 0; i < all.length; i++) all[i] = withWording(states[i], exchanges.get(i));
        return all;
    }

    /**
     * What the model says, in one pass for the batch.
     *
     * @return {@code [exchange][feature]}: span 0 at every layer, span 1, span 2, then mean and
     *     first log-probability of the follow-up's tokens
     */
    public float[][] states(List<Exchange> exchanges) {
        List<Probe> probes = exchanges.stream().map(e -> text.probe(e, layers)).toList();
        return model.read(probes, adapter).stream().map(this::states).toArray(float[][]::new);
    }

    private float[] states(Probe.Reading reading) {
        float[] all = new float[statesSize()];
        int at = 0;
        for (float[] state : reading.states()) {
            System.arraycopy(state, 0, all, at, state.length);
            at += state.length;
        }
        double mean = 0;
        for (float p : reading.logProbs()) mean += p / reading.logProbs().length;
        all[at] = (float) mean;
        all[at + 1] = reading.logProbs()[0];
        return all;
    }

    /** The model's numbers and, after them, what the words alone show. */
    public static float[] withWording(float[] states, Exchange exchange) {
        float[] words = words(exchange);
        float[] all = Arrays.copyOf(states, states.length + words.length);
        System.arraycopy(words, 0, all, states.length, words.length);
        return all;
    }

    private static float[] words(Exchange exchange) {
        Wording wording = Wording.of(exchange);
        String followUp = exchange.followUp().strip();
        return new float[] {
            flag(wording.satisfied()),
            flag(wording.dissatisfied()),
            flag(wording.categories().contains(Category.GRATITUDE)),
            flag(wording.categories().contains(Category.REVISION)),
            flag(wording.categories().contains(Category.STYLE)),
            (float) wording.repetition(),
            flag(wording.refused()),
            flag(followUp.endsWith("?")),
            flag(exchange.reply().strip().endsWith("?")),
            (float) Math.log1p(followUp.length()),
        };
    }

    private static float flag(boolean set) {
        return set ? 1 : 0;
    }
}
