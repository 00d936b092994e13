package dev.rejoinder.lm.djl;

import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.adapter.AdapterConfig;
import java.util.List;
import java.util.Random;

/** Adapters that change a model's answers. */
final class TinyAdapters {
    static final AdapterConfig ALL =
            new AdapterConfig(
                    3, 6, List.of("q_proj", "v_proj", "o_proj", "gate_proj", "down_proj"), false);

    private static final double SPREAD = 0.5;

    private TinyAdapters() {}

    static Adapter random(LanguageModel model, long seed) {
        return random(model, seed, SPREAD);
    }

    /**
     * @param spread of the factors' values, evenly around 0
     */
    static Adapter random(LanguageModel model, long seed, double spread) {
        var random = new Random(seed);
        return of(model, () -> (float) ((random.nextDouble() - 0.5) * spread));
    }

    static Adapter notFinite(LanguageModel model) {
        return of(model, () -> Float.NaN);
    }

    private interface Source {
        float next();
    }

    private static Adapter of(LanguageModel model, Source source) {
        return ((TorchModel) model)
                .adapter(
                        ALL,
                        parameters -> {
                            for (int i = 0; i < parameters.length; i++)
                                parameters[i] = source.next();
                        });
    }
}
