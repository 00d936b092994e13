package dev.rejoinder.trainer.evaluate;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.score.Pack;
import dev.rejoinder.trainer.dataset.InterruptedRunException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Scores packs a few at a time, so that a chat never waits long and a stop is heard. */
final class Scorer {
    private static final int PACKS_PER_PASS = 8;

    private final LanguageModel model;
    private final BooleanSupplier stop;

    Scorer(LanguageModel model, BooleanSupplier stop) {
        this.model = model;
        this.stop = stop;
    }

    /**
     * @return {@code [continuation][token]} for each pack
     */
    List<float[][]> score(List<Pack> packs, @Nullable Adapter adapter) {
        List<float[][]> scored = new ArrayList<>();
        for (int from = 0; from < packs.size(); from += PACKS_PER_PASS) {
            if (stop.getAsBoolean()) throw new InterruptedRunException();
            int to = Math.min(packs.size(), from + PACKS_PER_PASS);
            scored.addAll(List.of(model.score(packs.subList(from, to), adapter)));
        }
        return scored;
    }

    /** Mean over the tokens of one continuation. */
    static double mean(float[] logProbs) {
        double sum = 0;
        for (float p : logProbs) sum += p;
        return sum / logProbs.length;
    }
}
