package dev.rejoinder.testkit.users;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A resource of one line a sentence, in sections that a line {@code [name]} begins. */
final class TextFile {
    /** The section before the first name. */
    static final String TOP = "";

    private TextFile() {}

    static Map<String, List<String>> sections(String file) {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        List<String> current = new ArrayList<>();
        sections.put(TOP, current);
        for (String line : read(file).lines().map(String::strip).toList()) {
            if (line.startsWith("[") && line.endsWith("]")) {
                current = new ArrayList<>();
                sections.put(line.substring(1, line.length() - 1), current);
            } else if (!line.isEmpty()) current.add(line);
        }
        sections.replaceAll((name, lines) -> List.copyOf(lines));
        return Map.copyOf(sections);
    }

    private static String read(String file) {
        try (InputStream in = TextFile.class.getResourceAsStream(file)) {
            if (in == null) throw new IllegalStateException("the resource " + file + " is missing");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
