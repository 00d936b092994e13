package dev.rejoinder.lm.cdi;

import dev.rejoinder.lm.ComputeDevice;
import dev.rejoinder.lm.Precision;
import dev.rejoinder.lm.djl.EngineOptions;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The base model of a process, and how it is held and computed. */
@ConfigMapping(prefix = "rejoinder.model")
public interface ModelSettings {
    /** Tokens of one block of the cache: fewer hold nothing. */
    int LEAST_CACHED_TOKENS = 16;

    /** A known name, a path or a URL. */
    @WithDefault("SmolLM2-135M-Instruct")
    String source();

    /** What the weights' digest has to be, for models that are not known by name. */
    Optional<String> sha256();

    /** {@code auto}, {@code float32}, {@code bfloat16} or {@code int8}. */
    @WithDefault("auto")
    String precision();

    /** {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}. */
    @WithDefault("auto")
    String device();

    /**
     * Most tokens whose keys and values are kept for running and ended replies: what bounds the
     * cache's memory.
     */
    @WithDefault("32768")
    int cachedTokens();

    /** Most prompt tokens of one pass; fewer while replies are decoded beside it. */
    @WithDefault("512")
    int prefillTokens();

    /** Cores that one pass uses; 0 for all. */
    @WithDefault("0")
    int threads();

    /**
     * The engine's options.
     *
     * @throws IllegalArgumentException naming every property at fault
     */
    default EngineOptions options() {
        List<String> problems = new ArrayList<>();
        Precision precision = precision(problems);
        ComputeDevice device = device(problems);
        if (source().isBlank()) problems.add("source is empty; name a model, a path or a URL");
        sha256().map(String::strip)
                .filter(digest -> !digest.matches("[0-9a-fA-F]{64}"))
                .ifPresent(digest ->
                        problems.add("sha256 of \"" + digest + "\" is not 64 hexadecimal digits"));
        if (cachedTokens() < LEAST_CACHED_TOKENS)
            problems.add(
                    "cached-tokens of %d is below %d"
                            .formatted(cachedTokens(), LEAST_CACHED_TOKENS));
        if (prefillTokens() < 1)
            problems.add("prefill-tokens of " + prefillTokens() + " is below 1");
        if (threads() < 0) problems.add("threads of " + threads() + " is below 0, which is all");
        if (!problems.isEmpty())
            throw new IllegalArgumentException("rejoinder.model: " + String.join("; ", problems));
        return EngineOptions.of(precision)
                .withDevice(device)
                .withCachedTokens(cachedTokens())
                .withPrefillTokens(prefillTokens())
                .withThreads(threads());
    }

    private Precision precision(List<String> problems) {
        try {
            return Precision.valueOf(precision().strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            problems.add(
                    "precision of \"%s\" is none of auto, float32, bfloat16, int8"
                            .formatted(precision()));
            return Precision.AUTO;
        }
    }

    private ComputeDevice device(List<String> problems) {
        try {
            return ComputeDevice.of(device());
        } catch (IllegalArgumentException e) {
            problems.add("device of " + e.getMessage());
            return new ComputeDevice.Auto();
        }
    }
}
