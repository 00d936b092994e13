package dev.rejoinder.standalone.bench;

import dev.rejoinder.bench.Figure;
import dev.rejoinder.bench.Timing;
import java.util.function.Consumer;

/** Time to the first token of a prompt whose first 512 tokens are new, and were read before. */
final class FirstTokens {
    private static final int PREFIX = 512;
    private static final int END = 8;

    private final ServingSuite suite;

    FirstTokens(ServingSuite suite) {
        this.suite = suite;
    }

    void measure(Consumer<Figure> report) {
        int repeats = suite.bench().repeats();
        double[] fresh = new double[repeats];
        double[] cached = new double[repeats];
        int length = suite.fitting(PREFIX);
        for (int r = -1; r < repeats; r++) {
            int[] prefix = suite.fresh(length);
            double first = seconds(prefix);
            double again = seconds(prefix);
            if (r < 0) continue;
            fresh[r] = first;
            cached[r] = again;
        }
        Timing uncached = Timing.of(fresh);
        Timing known = Timing.of(cached);
        report.accept(Figure.milliseconds("first token, prefix of " + length, uncached));
        report.accept(
                Figure.milliseconds("first token, the prefix cached", known)
                        .against("uncached", known.median() / uncached.median()));
    }

    private double seconds(int[] prefix) {
        ChatStream chat = suite.ask(ServingSuite.joined(prefix, suite.fresh(END)), 1);
        double seconds = chat.firstToken();
        chat.await();
        return seconds;
    }
}
