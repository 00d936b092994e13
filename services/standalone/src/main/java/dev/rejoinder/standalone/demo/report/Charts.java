package dev.rejoinder.standalone.demo.report;

import dev.rejoinder.standalone.demo.DemoReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The report's plots. */
final class Charts {
    /** Judged replies that one point of the curve looks back on. */
    private static final int WINDOW = 12;

    private Charts() {}

    /** Share of the last replies that are as the users like them, over the interactions. */
    static String preference(DemoReport report) {
        List<DemoReport.Interaction> all = report.interactions();
        List<Svg.Point> line = new ArrayList<>();
        List<Svg.Mark> marks = new ArrayList<>();
        String phase = "";
        for (int i = 0; i < all.size(); i++) {
            List<DemoReport.Interaction> window = all.subList(Math.max(0, i - WINDOW + 1), i + 1);
            double share =
                    (double) window.stream().filter(DemoReport.Interaction::met).count()
                            / window.size();
            line.add(new Svg.Point(i + 1, share, ""));
            if (!all.get(i).phase().equals(phase)) {
                phase = all.get(i).phase();
                marks.add(new Svg.Mark(i + 1, phase));
            }
        }
        List<Svg.Point> dots = new ArrayList<>();
        for (int i = 0; i < all.size(); i++)
            dots.add(
                    new Svg.Point(
                            i + 1,
                            all.get(i).met() ? 1 : 0,
                            all.get(i).version() + (all.get(i).met() ? ": met" : ": not met")));
        Svg.Axes axes =
                new Svg.Axes(1, Math.max(2, all.size()), 0, 1, "replies that users judged", true);
        return Svg.line("preference met over interactions", axes, line, dots, marks);
    }

    static String pairs(DemoReport report) {
        List<Svg.Bar> bars = new ArrayList<>();
        report.pairs().byOrigin().forEach((name, n) -> bars.add(new Svg.Bar(name, n, "good")));
        report.pairs()
                .dropped()
                .forEach((name, n) -> bars.add(new Svg.Bar("dropped: " + name, n, "dim")));
        return Svg.bars("pairs by origin, and what was dropped", bars);
    }

    static String training(DemoReport.Training training) {
        List<Svg.Point> line = new ArrayList<>();
        double most = 0;
        for (DemoReport.Step s : training.curve()) {
            line.add(
                    new Svg.Point(
                            s.step(),
                            s.loss(),
                            "step %d: loss %.3f, accuracy %.2f, margin %.3f"
                                    .formatted(s.step(), s.loss(), s.accuracy(), s.margin())));
            most = Math.max(most, s.loss());
        }
        Svg.Axes axes =
                new Svg.Axes(
                        1, Math.max(2, training.steps()), 0, Math.max(0.1, most), "step", false);
        return Svg.line("training loss", axes, line, line, List.of());
    }

    /** The promoted version's share of the traffic over time. */
    static String rollout(DemoReport report) {
        List<DemoReport.Change> changes = report.rollout().changes();
        double end =
                Math.max(
                        changes.isEmpty() ? 1 : changes.getLast().second() + 1,
                        report.interactions().isEmpty()
                                ? 1
                                : report.interactions().getLast().second());
        List<Svg.Piece> pieces = new ArrayList<>();
        List<Svg.Mark> marks = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            DemoReport.Change change = changes.get(i);
            double until = i + 1 < changes.size() ? changes.get(i + 1).second() : end;
            double share = adapterShare(change.shares());
            if (share <= 0) continue;
            pieces.add(
                    new Svg.Piece(
                            change.second(),
                            until,
                            share,
                            "%.0f %% from second %.0f".formatted(100 * share, change.second())));
            marks.add(
                    new Svg.Mark(
                            change.second(),
                            share < 1 ? "canary %.0f %%".formatted(100 * share) : "champion"));
        }
        Svg.Axes axes = new Svg.Axes(0, end, 0, 1, "seconds since the platform was ready", true);
        return Svg.band("share of the traffic on adapters", axes, pieces, marks);
    }

    private static double adapterShare(Map<String, Double> shares) {
        return shares.entrySet().stream()
                .filter(e -> !e.getKey().equals("base"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}
