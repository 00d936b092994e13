package dev.rejoinder.standalone.bench;

import dev.rejoinder.bench.Figure;
import dev.rejoinder.bench.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** 64 chats that come at once: with a system prompt in common, and with nothing in common. */
final class SharedPrompts {
    private static final int CHATS = 64;
    private static final int SYSTEM = 256;
    private static final int OWN = 32;
    private static final int REPLY = 32;

    private final ServingSuite suite;

    SharedPrompts(ServingSuite suite) {
        this.suite = suite;
    }

    void measure(Consumer<Figure> report) {
        Crowd apart = crowd(false);
        Crowd shared = crowd(true);
        report.accept(rate("64 chats, nothing shared", apart));
        report.accept(
                rate("64 chats, system prompt shared", shared)
                        .against("nothing shared", apart.whole.median() / shared.whole.median()));
        report.accept(Figure.milliseconds("first token of the 64, shared, p50", shared.p50));
        report.accept(Figure.milliseconds("first token of the 64, shared, p99", shared.p99));
    }

    /** Seconds until all replies are complete, and until first tokens. */
    private record Crowd(Timing whole, Timing p50, Timing p99) {}

    private static Figure rate(String name, Crowd crowd) {
        return Figure.rate(name, "tok/s", CHATS * REPLY, crowd.whole);
    }

    private Crowd crowd(boolean shares) {
        int repeats = suite.longRepeats();
        double[] whole = new double[repeats];
        double[] p50 = new double[repeats];
        double[] p99 = new double[repeats];
        for (int r = -1; r < repeats; r++) {
            long begin = System.nanoTime();
            double[] firsts = answered(shares);
            double seconds = (System.nanoTime() - begin) / 1e9;
            if (r < 0) continue;
            whole[r] = seconds;
            p50[r] = Timing.quantile(firsts, 0.5);
            p99[r] = Timing.quantile(firsts, 0.99);
        }
        return new Crowd(Timing.of(whole), Timing.of(p50), Timing.of(p99));
    }

    private double[] answered(boolean shares) {
        int length = suite.fitting(SYSTEM);
        int[] system = suite.fresh(length);
        List<ChatStream> chats = new ArrayList<>();
        for (int i = 0; i < CHATS; i++) {
            int[] beginning = shares ? system : suite.fresh(length);
            chats.add(suite.ask(ServingSuite.joined(beginning, suite.fresh(OWN)), REPLY));
        }
        chats.forEach(ChatStream::await);
        return chats.stream().mapToDouble(ChatStream::firstToken).toArray();
    }
}
