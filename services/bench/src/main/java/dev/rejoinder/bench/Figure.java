package dev.rejoinder.bench;

/**
 * One line of the report.
 *
 * @param name what was measured
 * @param unit of value, low and high
 * @param value median
 * @param low slowest run
 * @param high fastest run
 * @param ratio to {@code against}; NaN where there is nothing to compare with
 * @param against the limit, such as {@code sgemm} measured in this run, or what is promised
 */
public record Figure(
        String name,
        String unit,
        double value,
        double low,
        double high,
        double ratio,
        String against) {
    /** A rate of so many units in each run of the timing. */
    public static Figure rate(String name, String unit, double units, Timing t) {
        return new Figure(
                name,
                unit,
                units / t.median(),
                units / t.slowest(),
                units / t.fastest(),
                Double.NaN,
                "");
    }

    /** What each run took. */
    public static Figure seconds(String name, Timing t) {
        return new Figure(name, "s", t.median(), t.slowest(), t.fastest(), Double.NaN, "");
    }

    /** What each run took, in thousandths of a second. */
    public static Figure milliseconds(String name, Timing t) {
        return new Figure(
                name, "ms", 1e3 * t.median(), 1e3 * t.slowest(), 1e3 * t.fastest(), Double.NaN, "");
    }

    /** What was counted, once. */
    public static Figure counted(String name, String unit, double value) {
        return new Figure(name, unit, value, value, value, Double.NaN, "");
    }

    /** Beside a limit. */
    public Figure against(String limit, double ratio) {
        return new Figure(name, unit, value, low, high, ratio, limit);
    }
}
