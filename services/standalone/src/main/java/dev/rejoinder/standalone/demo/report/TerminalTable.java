package dev.rejoinder.standalone.demo.report;

import dev.rejoinder.standalone.demo.DemoReport;
import java.io.PrintWriter;
import java.util.Map;
import java.util.stream.Collectors;

/** The report's short form. */
public final class TerminalTable {
    private TerminalTable() {}

    public static void print(DemoReport report, PrintWriter out) {
        out.println();
        out.printf(
                "preference \"%s\" (%s), seed %d%n",
                report.setting().preference(), report.setting().meaning(), report.setting().seed());
        out.println();
        for (DemoReport.Line line : report.lines())
            out.printf(
                    "%-4s  %-56s %12s  %s%n",
                    line.passed().map(p -> p ? "ok" : "FAIL").orElse(""),
                    line.what(),
                    line.value(),
                    line.wanted());
        out.println();
        String refusal = report.traffic().firstRefusal();
        if (refusal != null) out.println("refused    first: " + refusal);
        signals(report.signals(), out);
        out.println("pairs      " + counts(report.pairs().byOrigin()));
        report.training().ifPresent(t -> training(t, out));
        report.rollout()
                .changes()
                .forEach(c ->
                        out.printf(
                                "rollout    %4.0f s  %s  %s%n",
                                c.second(), shares(c.shares()), c.reason()));
        report.rollout()
                .stages()
                .forEach(s ->
                        out.printf(
                                "stage      %4.0f s  %s %s  %s%n",
                                s.second(), s.version(), s.stage(), s.reason()));
        if (!report.rollout().evidence().isEmpty())
            out.println("evidence   " + report.rollout().evidence());
        out.println();
        out.println(report.passed() ? "every line holds" : "some lines do not hold: see FAIL");
    }

    private static void training(DemoReport.Training t, PrintWriter out) {
        out.printf(
                "training   %s: %d pairs (%d left out as unlikely to satisfy), %d steps, %.0f s%n",
                t.state(), t.dataset().pairs(), t.dataset().unsatisfying(), t.steps(), t.seconds());
        if (!t.reason().isEmpty()) out.println("           " + t.reason());
    }

    private static void signals(dev.rejoinder.standalone.demo.SignalQuality s, PrintWriter out) {
        out.printf(
                "signals    %d read; satisfied: precision %.2f, recall %.2f; dissatisfied: precision %.2f, recall %.2f%n",
                s.signals(), s.satPrecision(), s.satRecall(), s.dsatPrecision(), s.dsatRecall());
    }

    private static String counts(Map<String, Long> byName) {
        return byName.isEmpty()
                ? "none"
                : byName.entrySet().stream()
                        .map(e -> e.getValue() + " " + e.getKey())
                        .collect(Collectors.joining(", "));
    }

    private static String shares(Map<String, Double> shares) {
        return shares.entrySet().stream()
                .map(e -> "%s %.0f %%".formatted(e.getKey(), 100 * e.getValue()))
                .collect(Collectors.joining(", "));
    }
}
