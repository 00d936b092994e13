package dev.rejoinder.standalone.cli;

import java.util.Map;

/** Makes sure that the model lies on disk before anything is started. */
final class ModelOnHand {
    private ModelOnHand() {}

    static void ensure(Map<String, String> configuration, Terminal terminal) {}
}
