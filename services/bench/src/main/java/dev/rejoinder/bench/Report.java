package dev.rejoinder.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Figures as a table for people or one JSON object for tools. */
record Report(Map<String, String> facts, List<Section> sections) {
    String json() {
        ObjectNode root = new ObjectMapper().createObjectNode();
        ObjectNode machine = root.putObject("machine");
        facts.forEach(machine::put);
        var list = root.putArray("figures");
        for (Section section : sections)
            for (Figure f : section.figures()) write(list.addObject(), section.name(), f);
        return root.toString();
    }

    private static void write(ObjectNode node, String suite, Figure f) {
        node.put("suite", suite).put("name", f.name()).put("unit", f.unit());
        node.put("median", f.value()).put("slowest", f.low()).put("fastest", f.high());
        if (!Double.isNaN(f.ratio())) node.put("ratio", f.ratio()).put("against", f.against());
    }

    String table() {
        var text = new StringBuilder();
        facts.forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
        text.append(row("", "median", "slowest", "fastest", "unit", "ratio"));
        for (Section section : sections) {
            text.append(section.name()).append('\n');
            for (Figure f : section.figures()) text.append(row(f));
        }
        return text.toString();
    }

    private static String row(Figure f) {
        return row(
                "  " + f.name(),
                number(f.value()),
                number(f.low()),
                number(f.high()),
                f.unit(),
                Double.isNaN(f.ratio()) ? "" : number(f.ratio()) + " x " + f.against());
    }

    private static String row(String... cells) {
        return "%-46s %10s %10s %10s %-8s %s".formatted((Object[]) cells).stripTrailing() + "\n";
    }

    private static String number(double value) {
        return String.format(
                Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
