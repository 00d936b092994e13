package dev.rejoinder.lm.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Modules as LoraConfig names them, by paths such as {@code model.layers.0.mlp.up_proj}. */
public sealed interface ModuleNames {
    /** PEFT's word for every linear module but the output head. */
    String EVERY_LINEAR = "all-linear";

    boolean include(String path);

    /** Whether a path is one of the names, and not only ends in one. */
    boolean spellOut(String path);

    /** Names, or the ends of names behind a dot. */
    record Listed(List<String> names) implements ModuleNames {
        public Listed {
            names = List.copyOf(names);
        }

        static boolean matches(String name, String path) {
            return path.equals(name) || path.endsWith("." + name);
        }

        @Override
        public boolean include(String path) {
            return names.stream().anyMatch(name -> matches(name, path));
        }

        @Override
        public boolean spellOut(String path) {
            return names.contains(path);
        }
    }

    /** A regular expression over whole paths. */
    record Expression(Pattern pattern) implements ModuleNames {
        @Override
        public boolean include(String path) {
            return pattern.matcher(path).matches();
        }

        @Override
        public boolean spellOut(String path) {
            return true;
        }
    }

    /** Every linear module of the layers. */
    record EveryLinear() implements ModuleNames {
        @Override
        public boolean include(String path) {
            return path.startsWith("model.layers.");
        }

        @Override
        public boolean spellOut(String path) {
            return true;
        }
    }

    /**
     * A list of names, or a text with an expression; nothing where nothing is said.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static ModuleNames of(String field, JsonNode value) {
        if (value.isTextual())
            return value.asText().toLowerCase(Locale.ROOT).equals(EVERY_LINEAR)
                    ? new EveryLinear()
                    : new Expression(expression(field, value.asText()));
        if (!value.isArray() && !value.isNull() && !value.isMissingNode())
            throw new IllegalArgumentException(
                    "%s of %s is no list of names; name the modules one by one"
                            .formatted(field, value));
        List<String> names = new ArrayList<>();
        value.forEach(name -> names.add(name.asText()));
        return new Listed(names);
    }

    /**
     * An expression as Python writes it.
     *
     * @throws IllegalArgumentException if Java reads it otherwise
     */
    static Pattern expression(String field, String text) {
        try {
            return Pattern.compile(text.replace("(?P<", "(?<"));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "%s of %s is no expression that is read (%s); name the modules one by one"
                            .formatted(field, text, e.getDescription()),
                    e);
        }
    }
}
