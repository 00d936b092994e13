package dev.rejoinder.inference;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How this node answers and keeps chats. */
@ConfigMapping(prefix = "rejoinder.inference")
public interface InferenceSettings {
    double MIN_WEIGHT = 0.01;
    double MAX_WEIGHT = 100;

    /** Who a chat counts for. */
    enum ShareBy {
        /** The user it names; anybody may name any, so this is for clients that are trusted. */
        USER,
        /** The API key that it bears: where something in front of this node checks keys. */
        API_KEY
    }

    /** Most replies decoded together. */
    @WithDefault("16")
    int maxRunning();

    /** Most replies that wait while so many run; beyond that a chat is answered with 429. */
    @WithDefault("256")
    int maxWaiting();

    /**
     * Most of them for one user or API key; beyond that its chats are answered with 429, and others
     * still find room.
     */
    @WithDefault("128")
    int maxWaitingPerKey();

    /** Whose shares of the batch are equal; who does not name the one is known by the other. */
    @WithDefault("user")
    ShareBy shareBy();

    /** Larger or smaller shares by the name of the user, or by API key; all others have 1. */
    Map<String, Double> shareWeights();

    /** Largest body of a call. */
    @WithDefault("4194304")
    long maxBodyBytes();

    /** Most tokens of a reply whose chat does not say. */
    @WithDefault("512")
    int defaultMaxTokens();

    /** Temperature of a chat that does not say. */
    @WithDefault("1.0")
    double defaultTemperature();

    /** Nucleus mass of a chat that does not say. */
    @WithDefault("1.0")
    double defaultTopP();

    /** Whether turns may be trained on whose chat does not say. */
    @WithDefault("true")
    boolean trainingConsentDefault();

    /**
     * Key of the users' pseudonyms, the same on every node; without it one is made and kept beside
     * the spool.
     */
    Optional<String> userHashKey();

    /** How long a stopping node lets chats under way finish. */
    @WithDefault("10s")
    Duration drain();

    /** How often a version that could not be loaded is tried again. */
    @WithDefault("30s")
    Duration adapterRetry();

    Spool spool();

    /** Where turns wait for Kafka. */
    interface Spool {
        /** On a disk that survives the process; one for each node. */
        Path folder();

        /** Most bytes that wait; beyond that new chats are answered with 503. */
        @WithDefault("1073741824")
        long maxBytes();
    }

    /**
     * Everything that is wrong with the settings, at once.
     *
     * @throws IllegalArgumentException naming every property at fault
     */
    default void check() {
        List<String> problems = new ArrayList<>();
        atLeastOne("max-running", maxRunning(), problems);
        if (maxWaiting() < 0) problems.add("max-waiting of " + maxWaiting() + " is below 0");
        if (maxWaitingPerKey() < 0)
            problems.add("max-waiting-per-key of " + maxWaitingPerKey() + " is below 0");
        shareWeights().values().stream()
                .filter(weight -> !(weight >= MIN_WEIGHT && weight <= MAX_WEIGHT))
                .forEach(weight ->
                        problems.add(
                                "share-weights of %s is outside %s to %s"
                                        .formatted(weight, MIN_WEIGHT, MAX_WEIGHT)));
        atLeastOne("max-body-bytes", maxBodyBytes(), problems);
        atLeastOne("default-max-tokens", defaultMaxTokens(), problems);
        atLeastOne("spool.max-bytes", spool().maxBytes(), problems);
        if (!(defaultTemperature() >= 0 && defaultTemperature() <= 2))
            problems.add("default-temperature of " + defaultTemperature() + " is outside 0 to 2");
        if (!(defaultTopP() > 0 && defaultTopP() <= 1))
            problems.add("default-top-p of " + defaultTopP() + " is outside (0, 1]");
        if (drain().isNegative()) problems.add("drain of " + drain() + " is negative");
        if (!adapterRetry().isPositive())
            problems.add("adapter-retry of " + adapterRetry() + " is not positive");
        if (!problems.isEmpty())
            throw new IllegalArgumentException(
                    "rejoinder.inference: " + String.join("; ", problems));
    }

    private static void atLeastOne(String name, long value, List<String> problems) {
        if (value < 1) problems.add(name + " of " + value + " is below 1");
    }
}
