package dev.rejoinder.standalone.cli;

import dev.rejoinder.lm.store.ModelStore;
import java.util.Map;

/** Makes sure that the model lies on disk before anything is started. */
final class ModelOnHand {
    private ModelOnHand() {}

    /**
     * @throws dev.rejoinder.lm.store.ModelUnavailableException in one line: what was tried, what to
     *     do
     */
    static void ensure(Map<String, String> configuration, Terminal terminal) {
        ModelStore.fromEnvironment()
                .resolve(
                        configuration.getOrDefault(
                                "rejoinder.model.source", ModelStore.DEFAULT_MODEL),
                        new FetchProgress(terminal));
    }
}
