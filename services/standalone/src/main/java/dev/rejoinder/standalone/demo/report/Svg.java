package dev.rejoinder.standalone.demo.report;

import java.util.List;
import java.util.Locale;

/**
 * Small charts as inline SVG; colours come from the page's CSS, so that they follow light and dark.
 */
final class Svg {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 220;
    private static final int LEFT = 46;
    private static final int RIGHT = 14;
    private static final int TOP = 14;
    private static final int LINE = 14;
    private static final int BOTTOM = 34;

    private Svg() {}

    /** One point of a line; the label is shown on hover. */
    record Point(double x, double y, String label) {}

    /** A vertical line with a word at its top. */
    record Mark(double x, String word) {}

    /**
     * The plane of a chart.
     *
     * @param xName what the x-axis counts
     * @param percent whether y is a share
     */
    record Axes(double minX, double maxX, double minY, double maxY, String xName, boolean percent) {
        double px(double x) {
            double span = Math.max(1e-9, maxX - minX);
            return LEFT + (x - minX) / span * (WIDTH - LEFT - RIGHT);
        }

        double py(double y) {
            double span = Math.max(1e-9, maxY - minY);
            return HEIGHT - BOTTOM - (y - minY) / span * (HEIGHT - TOP - BOTTOM);
        }
    }

    /** A line with dots, a grid, and marks. */
    static String line(
            String title, Axes axes, List<Point> line, List<Point> dots, List<Mark> marks) {
        StringBuilder svg = open(title);
        grid(svg, axes);
        marks(svg, axes, marks);
        StringBuilder path = new StringBuilder();
        for (Point p : line)
            path.append(path.isEmpty() ? 'M' : 'L').append(xy(axes.px(p.x()), axes.py(p.y())));
        svg.append("<path class=\"line\" d=\"").append(path).append("\"/>");
        for (Point p : dots)
            svg.append(
                    "<circle class=\"dot\" cx=\"%s\" cy=\"%s\" r=\"3\"><title>%s</title></circle>"
                            .formatted(
                                    number(axes.px(p.x())),
                                    number(axes.py(p.y())),
                                    Html.escaped(p.label())));
        return svg.append("</svg>").toString();
    }

    private static StringBuilder open(String title) {
        return new StringBuilder(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">"
                        .formatted(WIDTH, HEIGHT, Html.escaped(title)));
    }

    private static void grid(StringBuilder svg, Axes axes) {
        for (int i = 0; i <= 4; i++) {
            double y = axes.minY() + (axes.maxY() - axes.minY()) * i / 4;
            String label = axes.percent() ? "%.0f %%".formatted(100 * y) : "%.2f".formatted(y);
            svg.append(
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>"
                            .formatted(
                                    LEFT, WIDTH - RIGHT, number(axes.py(y)), number(axes.py(y))));
            text(svg, LEFT - 6, axes.py(y) + 4, "end", label);
        }
        text(svg, LEFT, HEIGHT - 16, "start", "%.0f".formatted(axes.minX()));
        text(svg, WIDTH - RIGHT, HEIGHT - 16, "end", "%.0f".formatted(axes.maxX()));
        text(svg, WIDTH / 2.0, HEIGHT - 4, "middle", axes.xName());
    }

    /** Each word on a line of its own: marks may be close to each other. */
    private static void marks(StringBuilder svg, Axes axes, List<Mark> marks) {
        for (int i = 0; i < marks.size(); i++) mark(svg, axes, marks.get(i), TOP + 10 + i * LINE);
    }

    private static void mark(StringBuilder svg, Axes axes, Mark mark, int line) {
        double x = axes.px(mark.x());
        svg.append(
                "<line class=\"mark\" x1=\"%1$s\" x2=\"%1$s\" y1=\"%2$d\" y2=\"%3$d\"/>"
                        .formatted(number(x), TOP, HEIGHT - BOTTOM));
        boolean right = x > WIDTH * 0.75;
        text(svg, x + (right ? -5 : 5), line, right ? "end" : "start", mark.word());
    }

    /** A bar of a chart of counts. */
    record Bar(String name, double value, String css) {}

    /** Horizontal bars with their names and values. */
    static String bars(String title, List<Bar> bars) {
        int row = 26;
        int height = row * bars.size() + 8;
        double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        StringBuilder svg =
                new StringBuilder(
                        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">"
                                .formatted(WIDTH, height, Html.escaped(title)));
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double width = most == 0 ? 0 : bar.value() / most * (WIDTH - 250);
            text(svg, 180, i * row + 20.0, "end", bar.name());
            svg.append(
                    "<rect class=\"%s\" x=\"190\" y=\"%d\" width=\"%s\" height=\"16\" rx=\"3\"/>"
                            .formatted(bar.css(), i * row + 7, number(Math.max(1, width))));
            text(svg, 196 + width, i * row + 20.0, "start", "%.0f".formatted(bar.value()));
        }
        return svg.append("</svg>").toString();
    }

    /** A piece of a band: from one second to another, filled up to a share. */
    record Piece(double from, double to, double share, String label) {}

    /** The share of one version over time. */
    static String band(String title, Axes axes, List<Piece> pieces, List<Mark> marks) {
        StringBuilder svg = open(title);
        grid(svg, axes);
        for (Piece p : pieces)
            svg.append(
                    "<rect class=\"fill\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"><title>%s</title></rect>"
                            .formatted(
                                    number(axes.px(p.from())),
                                    number(axes.py(p.share())),
                                    number(Math.max(1, axes.px(p.to()) - axes.px(p.from()))),
                                    number(axes.py(0) - axes.py(p.share())),
                                    Html.escaped(p.label())));
        marks(svg, axes, marks);
        return svg.append("</svg>").toString();
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        svg.append(
                "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>"
                        .formatted(number(x), number(y), anchor, Html.escaped(text)));
    }

    private static String xy(double x, double y) {
        return number(x) + " " + number(y);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
