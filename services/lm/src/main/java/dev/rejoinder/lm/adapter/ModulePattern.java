package dev.rejoinder.lm.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An entry of {@code rank_pattern} or {@code alpha_pattern}: an expression for the end of a path,
 * behind a dot or from its start, and the number of the modules it fits.
 */
record ModulePattern(Pattern end, double value) {
    /**
     * @throws IllegalArgumentException if an entry's expression or number cannot be read
     */
    static List<ModulePattern> all(String field, JsonNode entries) {
        List<ModulePattern> patterns = new ArrayList<>();
        for (var entry : entries.properties()) {
            if (!entry.getValue().isNumber())
                throw new IllegalArgumentException(
                        "%s gives %s %s, which is no number"
                                .formatted(field, entry.getKey(), entry.getValue()));
            patterns.add(
                    new ModulePattern(
                            ModuleNames.expression(field, "(.*\\.)?(" + entry.getKey() + ")$"),
                            entry.getValue().asDouble()));
        }
        return List.copyOf(patterns);
    }

    /** Of the first that fits, in the file's order. */
    static double first(List<ModulePattern> patterns, String path, double otherwise) {
        for (ModulePattern pattern : patterns)
            if (pattern.end.matcher(path).lookingAt()) return pattern.value;
        return otherwise;
    }
}
