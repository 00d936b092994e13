package dev.rejoinder.standalone.demo.report;

import dev.rejoinder.standalone.demo.DemoReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The report as one page that needs nothing but a browser. */
final class HtmlReport {
    private static final int SAMPLES = 12;

    private HtmlReport() {}

    static String of(DemoReport report) {
        String page = frame();
        Map<String, String> parts =
                Map.of(
                        "title", title(report),
                        "verdict", verdict(report),
                        "lines", lines(report),
                        "preference", Charts.preference(report),
                        "signals", signals(report),
                        "pairs", Charts.pairs(report),
                        "training", training(report),
                        "rollout", Charts.rollout(report) + rollout(report),
                        "samples", samples(report),
                        "stages", stages(report));
        for (Map.Entry<String, String> part : parts.entrySet())
            page = page.replace("{{" + part.getKey() + "}}", part.getValue());
        return page;
    }

    private static String title(DemoReport report) {
        return Html.escaped(
                "%s, seed %d".formatted(report.setting().preference(), report.setting().seed()));
    }

    private static String verdict(DemoReport report) {
        String css = report.passed() ? "ok" : "bad";
        String after =
                report.after()
                        .map(a -> "%.0f %%".formatted(100 * a.met()))
                        .orElse("nothing was promoted");
        return """
        <p class="verdict %s">%s</p>
        <p>The users of this run like <b>%s</b>, and told nobody. %s answered them; %d conversations were
        learned from. Held-out questions: %.0f %% of the replies met it before, %s after.</p>
        """
                .formatted(
                        css,
                        report.passed() ? "Every line holds" : "Some lines do not hold",
                        Html.escaped(report.setting().meaning()),
                        Html.escaped(report.setting().model()),
                        report.traffic().conversations(),
                        100 * report.before().met(),
                        after);
    }

    private static String lines(DemoReport report) {
        StringBuilder rows = new StringBuilder();
        for (DemoReport.Line line : report.lines())
            rows.append(
                    "<tr><td class=\"%s\">%s</td><td>%s</td><td class=\"n\">%s</td><td>%s</td></tr>"
                            .formatted(
                                    line.passed().map(p -> p ? "ok" : "bad").orElse("dim"),
                                    line.passed().map(p -> p ? "ok" : "FAIL").orElse("told"),
                                    Html.escaped(line.what()),
                                    Html.escaped(line.value()),
                                    Html.escaped(line.wanted())));
        return "<table><tr><th></th><th>what</th><th class=\"n\">measured</th><th>wanted</th></tr>"
                + rows
                + "</table>";
    }

    private static String signals(DemoReport report) {
        var s = report.signals();
        return """
        <table><tr><th>%d follow-ups read</th><th class="n">precision</th><th class="n">recall</th></tr>
        <tr><td>satisfied</td><td class="n">%.2f</td><td class="n">%.2f</td></tr>
        <tr><td>dissatisfied</td><td class="n">%.2f</td><td class="n">%.2f</td></tr></table>
        <p class="dim">Precision: of the replies called so, those whose user truly felt so. Recall: of the replies whose user
        felt so and showed it, those that were found. Noisy users complain wrongly and thank politely.</p>
        """
                .formatted(
                        s.signals(),
                        s.satPrecision(),
                        s.satRecall(),
                        s.dsatPrecision(),
                        s.dsatRecall());
    }

    private static String training(DemoReport report) {
        if (report.training().isEmpty()) return "<p>No run began.</p>";
        DemoReport.Training training = report.training().orElseThrow();
        StringBuilder rows = new StringBuilder();
        for (DemoReport.Gate g : training.gate())
            rows.append(
                    "<tr><td class=\"%s\">%s</td><td>%s</td><td class=\"n\">%.4f</td><td>%s %.4f</td><td class=\"dim\">%s</td></tr>"
                            .formatted(
                                    g.passed() ? "ok" : "bad",
                                    g.passed() ? "ok" : "FAIL",
                                    Html.escaped(g.name().replace('_', ' ')),
                                    g.value(),
                                    g.atLeast() ? "at least" : "at most",
                                    g.limit(),
                                    Html.escaped(g.meaning())));
        return Charts.training(training)
                + "<p>%s: %d pairs (%d more held out, %d left out as unlikely to satisfy, told with an AUC of %.2f), %d steps in %.0f s.</p>"
                        .formatted(
                                Html.escaped(training.state()),
                                training.dataset().pairs(),
                                training.dataset().heldOut(),
                                training.dataset().unsatisfying(),
                                training.dataset().satisfactionAuc(),
                                training.steps(),
                                training.seconds())
                + "<h3>Gate</h3><table>"
                + rows
                + "</table>";
    }

    private static String rollout(DemoReport report) {
        StringBuilder rows = new StringBuilder();
        for (DemoReport.Change c : report.rollout().changes()) {
            StringBuilder shares = new StringBuilder();
            c.shares()
                    .forEach((version, share) ->
                            shares.append(shares.isEmpty() ? "" : ", ")
                                    .append(version)
                                    .append(" %.0f %%".formatted(100 * share)));
            rows.append(
                    "<tr><td class=\"n\">%.0f s</td><td>%s</td><td>%s</td></tr>"
                            .formatted(
                                    c.second(),
                                    Html.escaped(shares.toString()),
                                    Html.escaped(c.reason())));
        }
        StringBuilder stages = new StringBuilder();
        for (DemoReport.StageChange s : report.rollout().stages())
            stages.append(
                    "<tr><td class=\"n\">%.0f s</td><td>%s</td><td>%s</td><td>%s</td></tr>"
                            .formatted(
                                    s.second(),
                                    Html.escaped(s.version()),
                                    Html.escaped(s.stage()),
                                    Html.escaped(s.reason())));
        return "<table>"
                + rows
                + "</table><h3>Stages</h3><table>"
                + stages
                + "</table><p>"
                + Html.escaped(report.rollout().evidence())
                + "</p>";
    }

    private static String samples(DemoReport report) {
        StringBuilder rows = new StringBuilder();
        report.samples().stream()
                .limit(SAMPLES)
                .forEach(s ->
                        rows.append(
                                "<tr><td><b>%s</b></td><td class=\"%s\">%s</td><td class=\"%s\">%s</td></tr>"
                                        .formatted(
                                                Html.escaped(s.prompt()),
                                                s.beforeMet() ? "met" : "unmet",
                                                Html.escaped(s.before()),
                                                s.afterMet() ? "met" : "unmet",
                                                Html.escaped(s.after()))));
        return "<table class=\"samples\"><tr><th>held-out question</th><th>before</th><th>after</th></tr>"
                + rows
                + "</table>";
    }

    private static String stages(DemoReport report) {
        StringBuilder text = new StringBuilder();
        report.stageSeconds()
                .forEach((name, seconds) ->
                        text.append(text.isEmpty() ? "" : " &middot; ")
                                .append(Html.escaped(name))
                                .append(" %.0f s".formatted(seconds)));
        return text.toString() + "<br>" + Html.escaped(report.finishedAt());
    }

    private static String frame() {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.html")) {
            if (in == null) throw new IllegalStateException("report.html is missing");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
