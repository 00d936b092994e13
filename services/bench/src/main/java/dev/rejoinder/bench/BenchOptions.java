package dev.rejoinder.bench;

import dev.rejoinder.lm.Precision;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What to measure.
 *
 * @param suites in the order they are measured; all of them if none was named
 * @param model file or folder; random weights of SmolLM2's shape if empty
 * @param repeats of every measurement after a warm-up
 */
record BenchOptions(
        Set<Suite> suites, Optional<Path> model, Precision precision, int repeats, boolean json) {
    static final String USAGE =
            """
            usage: bench [lm|scoring|training|serving|platform ...] [--model PATH] [--precision auto|float32|bfloat16|int8] [--repeats N] [--json]
              --model      a GGUF file or a Hugging Face folder; without it random weights of SmolLM2-135M's shape
              --precision  of the base's matrices; auto is bfloat16 where the processor has units for it
              --repeats    runs after a warm-up, 1 to 100; 5 if not given
              --json       one JSON object instead of the table\
            """;

    private static final int MOST_REPEATS = 100;

    /**
     * @throws IllegalArgumentException if a flag or value is not known; says which are
     */
    static BenchOptions parse(String... arguments) {
        Set<Suite> suites = EnumSet.noneOf(Suite.class);
        Optional<Path> model = Optional.empty();
        Precision precision = Precision.AUTO;
        int repeats = 5;
        boolean json = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--json" -> json = true;
                case "--model" -> model = Optional.of(Path.of(value(arguments, ++i)));
                case "--precision" -> precision = precision(value(arguments, ++i));
                case "--repeats" -> repeats = repeats(value(arguments, ++i));
                default -> suites.add(suite(arguments[i]));
            }
        }
        if (suites.isEmpty()) suites = EnumSet.allOf(Suite.class);
        return new BenchOptions(suites, model, precision, repeats, json);
    }

    private static Suite suite(String argument) {
        if (argument.startsWith("-"))
            throw new IllegalArgumentException("flag %s is not known".formatted(argument));
        return Suite.of(argument);
    }

    private static String value(String[] arguments, int at) {
        if (at < arguments.length) return arguments[at];
        throw new IllegalArgumentException("flag %s needs a value".formatted(arguments[at - 1]));
    }

    private static Precision precision(String text) {
        try {
            return Precision.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "precision %s is not known; use auto, float32, bfloat16 or int8"
                            .formatted(text),
                    e);
        }
    }

    private static int repeats(String text) {
        try {
            int n = Integer.parseInt(text);
            if (n >= 1 && n <= MOST_REPEATS) return n;
        } catch (NumberFormatException e) {
            // falls through to the message below, which names the value
        }
        throw new IllegalArgumentException("repeats of %s is outside 1 to 100".formatted(text));
    }
}
