package dev.rejoinder.lm.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code layers_to_transform} and {@code layers_pattern}: the layers whose modules are adapted.
 *
 * @param numbers of layers; empty for all
 * @param places where a path has its layer's number, in the group {@code idx}; the first that fits
 *     counts
 */
record LayerChoice(Set<Integer> numbers, List<Pattern> places) {
    private static final Pattern ANYWHERE = Pattern.compile(".*?\\.[^.]*\\.(?<idx>\\d+)\\.");

    static final LayerChoice ALL = new LayerChoice(Set.of(), List.of(ANYWHERE));

    /**
     * @throws IllegalArgumentException if a number is none or a pattern cannot be read
     */
    static LayerChoice of(JsonNode layers, JsonNode patterns) {
        Set<Integer> numbers = new HashSet<>();
        for (JsonNode number : each(layers)) {
            if (!number.isInt())
                throw new IllegalArgumentException(
                        "layers_to_transform has %s, which is no number of a layer"
                                .formatted(number));
            numbers.add(number.asInt());
        }
        List<Pattern> places = new ArrayList<>();
        for (JsonNode pattern : each(patterns))
            if (!pattern.asText().isEmpty())
                places.add(
                        ModuleNames.expression(
                                "layers_pattern",
                                "(?:^|.*?\\.)(?:%s)\\.(?<idx>\\d+)\\."
                                        .formatted(pattern.asText())));
        return new LayerChoice(numbers, places.isEmpty() ? List.of(ANYWHERE) : places);
    }

    private static Iterable<JsonNode> each(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) return List.of();
        return value.isArray() ? value : List.of(value);
    }

    boolean includes(String path) {
        if (numbers.isEmpty()) return true;
        for (Pattern place : places) {
            Matcher matcher = place.matcher(path);
            if (matcher.lookingAt()) return numbers.contains(Integer.valueOf(matcher.group("idx")));
        }
        return false;
    }
}
