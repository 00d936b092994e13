package dev.rejoinder.preferences.mining.grpc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How the other services are called.
 *
 * @param temperature of samples; METHODS: 0.7
 * @param topP nucleus mass of samples
 * @param concurrency calls of Generate under way at once, so that inference batches them
 * @param generateTimeout of one call
 * @param scoreTimeout of one call of at most 64 chats
 */
public record CallSettings(
        double temperature,
        double topP,
        int concurrency,
        Duration generateTimeout,
        Duration scoreTimeout) {
    public CallSettings {
        List<String> faults = new ArrayList<>();
        check(faults, temperature >= 0 && temperature <= 2, "temperature", temperature, "0 to 2");
        check(faults, topP > 0 && topP <= 1, "top-p", topP, "(0, 1]");
        check(
                faults,
                concurrency >= 1 && concurrency <= 256,
                "concurrency",
                concurrency,
                "1 to 256");
        check(
                faults,
                generateTimeout.isPositive(),
                "generate-timeout",
                generateTimeout,
                "what is above 0");
        check(faults, scoreTimeout.isPositive(), "score-timeout", scoreTimeout, "what is above 0");
        if (!faults.isEmpty()) throw new IllegalArgumentException(String.join("\n", faults));
    }

    private static void check(
            List<String> faults, boolean kept, String name, Object value, String limit) {
        if (!kept)
            faults.add(
                    "rejoinder.preferences.calls.%s of %s is not in %s"
                            .formatted(name, value, limit));
    }
}
