package dev.rejoinder.signals;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How follow-ups are joined and read. */
@ConfigMapping(prefix = "rejoinder.signals")
public interface SignalsSettings {
    /** How long a turn waits for its follow-up. */
    @WithDefault("7d")
    Duration retention();

    /** Most turns kept; the oldest are forgotten first. */
    @WithDefault("100000")
    int mostTurns();

    /** Most turns handled together; their follow-ups are read in one go. */
    @WithDefault("64")
    int batch();

    /** Share of YES verdicts that shall be right, as measured out of fold. */
    @WithDefault("0.8")
    double precision();

    /**
     * A head of your own, made by {@code ./rejoinder train signals}; the committed one if absent.
     */
    Optional<String> head();

    /** Every problem, in words; empty if all is well. */
    static List<String> problems(SignalsSettings s) {
        List<String> problems = new ArrayList<>();
        if (s.retention().isNegative() || s.retention().isZero())
            problems.add("rejoinder.signals.retention of " + s.retention() + " is not positive");
        if (s.mostTurns() < 1)
            problems.add("rejoinder.signals.most-turns of " + s.mostTurns() + " is below 1");
        if (s.batch() < 1 || s.batch() > 1024)
            problems.add("rejoinder.signals.batch of " + s.batch() + " is outside 1 to 1024");
        if (!(s.precision() > 0 && s.precision() < 1))
            problems.add("rejoinder.signals.precision of " + s.precision() + " is outside (0, 1)");
        return problems;
    }
}
