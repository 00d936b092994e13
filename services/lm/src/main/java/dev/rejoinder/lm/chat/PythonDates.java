package dev.rejoinder.lm.chat;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** Python's {@code strftime} in the C locale, for what chat templates write of a date. */
final class PythonDates {
    private static final Map<Character, String> PATTERNS =
            Map.ofEntries(
                    Map.entry('a', "EEE"),
                    Map.entry('A', "EEEE"),
                    Map.entry('b', "MMM"),
                    Map.entry('B', "MMMM"),
                    Map.entry('d', "dd"),
                    Map.entry('H', "HH"),
                    Map.entry('I', "hh"),
                    Map.entry('j', "DDD"),
                    Map.entry('m', "MM"),
                    Map.entry('M', "mm"),
                    Map.entry('p', "a"),
                    Map.entry('S', "ss"),
                    Map.entry('y', "yy"),
                    Map.entry('Y', "yyyy"));

    private PythonDates() {}

    /**
     * @throws TemplateRefusal at a directive that is not known
     */
    static String format(LocalDateTime time, String format) {
        var result = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || ++i == format.length()) result.append(c);
            else result.append(directive(time, format.charAt(i)));
        }
        return result.toString();
    }

    private static String directive(LocalDateTime time, char directive) {
        if (directive == '%') return "%";
        String pattern = PATTERNS.get(directive);
        if (pattern == null)
            throw new TemplateRefusal(
                    "strftime_now has no %%%s; it has %s and %%%%"
                            .formatted(directive, PATTERNS.keySet().stream().sorted().toList()));
        return DateTimeFormatter.ofPattern(pattern, Locale.US).format(time);
    }
}
