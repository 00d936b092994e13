package dev.rejoinder.bench.soak;

import dev.rejoinder.lm.Precision;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What to soak, and for how long.
 *
 * @param requests in all, 2,000 to 1,000,000
 * @param seed the same one gives the same requests again
 * @param model file or folder; {@link SoakModel} if empty
 */
public record SoakOptions(int requests, long seed, Optional<Path> model, Precision precision) {
    /** Between two readings. What later readings are held against is the first of them. */
    public static final int READ_EVERY = 1_000;

    private static final int MOST_REQUESTS = 1_000_000;

    public SoakOptions {
        if (requests < 2 * READ_EVERY || requests > MOST_REQUESTS)
            throw new IllegalArgumentException(
                    "requests of %d is outside %d to %d: memory is compared with that after %d"
                            .formatted(requests, 2 * READ_EVERY, MOST_REQUESTS, READ_EVERY));
    }

    /** Whether memory is read once so many requests have been asked. */
    public boolean isReadAfter(int asked) {
        return asked % READ_EVERY == 0 || asked == requests;
    }

    /**
     * @throws IllegalArgumentException if there is no such precision; names all
     */
    public static Precision precision(String label) {
        return Arrays.stream(Precision.values())
                .filter(p -> label(p).equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "precision %s is not known; use %s".formatted(label, labels())));
    }

    private static String labels() {
        return Arrays.stream(Precision.values())
                .map(SoakOptions::label)
                .collect(Collectors.joining(", "));
    }

    private static String label(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
