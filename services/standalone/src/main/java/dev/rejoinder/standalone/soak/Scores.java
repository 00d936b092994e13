package dev.rejoinder.standalone.soak;

import dev.rejoinder.bench.Prompts;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.lm.score.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What reward and signals ask of the same model: follow-ups to score, hidden states to read. */
final class Scores {
    private final LanguageModel model;
    private final SplittableRandom random;

    Scores(LanguageModel model, long seed) {
        this.model = model;
        this.random = new SplittableRandom(seed);
    }

    /** One or two chats, each with a few follow-ups. */
    void score(@Nullable Adapter adapter) {
        List<Pack> packs = new ArrayList<>();
        for (int p = random.nextInt(1, 3); p > 0; p--) {
            List<int[]> followUps = new ArrayList<>();
            for (int f = random.nextInt(1, 7); f > 0; f--) followUps.add(ids(4, 12));
            packs.add(new Pack(ids(8, 120), followUps));
        }
        model.score(packs, adapter);
    }

    /** The states of one text after the first layer and the last. */
    void probe(@Nullable Adapter adapter) {
        int[] text = ids(12, 120);
        int middle = text.length / 2;
        var end = new Probe.Span(middle, text.length);
        List<Integer> layers = List.of(1, model.info().layers());
        model.read(List.of(new Probe(text, layers, List.of(end), end)), adapter);
    }

    private int[] ids(int least, int most) {
        return Prompts.ids(
                model.info().vocabulary(),
                random.nextInt(1 << 20),
                random.nextInt(least, most + 1));
    }
}
