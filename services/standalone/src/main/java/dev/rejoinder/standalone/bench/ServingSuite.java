package dev.rejoinder.standalone.bench;

import dev.rejoinder.bench.Figure;
import dev.rejoinder.bench.Workbench;
import dev.rejoinder.inference.schedule.QueueLimits;
import dev.rejoinder.inference.schedule.Scheduler;
import dev.rejoinder.lm.adapter.Adapter;
import dev.rejoinder.lm.generate.GenerationRequest;
import dev.rejoinder.lm.generate.Sampling;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Chats in the inference service's own scheduler, in this process: nothing but HTTP and the turn's
 * way to disk is left out.
 */
public final class ServingSuite implements AutoCloseable {
    /** As {@code rejoinder.inference.max-running} and {@code max-waiting} are set by default. */
    private static final int RUNNING = 16;

    private static final int WAITING = 256;

    /** What takes many seconds is repeated at most so often. */
    private static final int LONG_REPEATS = 3;

    private final Workbench bench;
    private final Scheduler scheduler;
    private long seed;

    private ServingSuite(Workbench bench) {
        this.bench = bench;
        this.scheduler =
                new Scheduler(
                        () -> bench.model().generator(RUNNING),
                        QueueLimits.of(WAITING),
                        System::nanoTime,
                        waited -> {});
    }

    /** Measures everything of this suite. */
    public static void measure(Workbench bench, Consumer<Figure> report) {
        try (ServingSuite suite = new ServingSuite(bench)) {
            new FirstTokens(suite).measure(report);
            new LongPrompts(suite).measure(report);
            new SharedPrompts(suite).measure(report);
            new AdapterSwaps(suite).measure(report);
        }
    }

    Workbench bench() {
        return bench;
    }

    int longRepeats() {
        return Math.min(bench.repeats(), LONG_REPEATS);
    }

    /** A length, or as much of it as fits a smaller model beside what else is needed. */
    int fitting(int tokens) {
        return Math.min(tokens, bench.config().contextLength() / 4);
    }

    /** Tokens that no prompt has begun with before. */
    int[] fresh(int count) {
        return bench.ids(seed++, count);
    }

    /** A beginning and what follows it. */
    static int[] joined(int[] beginning, int[] end) {
        int[] all = Arrays.copyOf(beginning, beginning.length + end.length);
        System.arraycopy(end, 0, all, beginning.length, end.length);
        return all;
    }

    /** A reply of exactly so many tokens. */
    ChatStream ask(int[] prompt, int tokens) {
        return ask(prompt, tokens, null);
    }

    ChatStream ask(int[] prompt, int tokens, @Nullable Adapter adapter) {
        Sampling sampling = new Sampling(0.7, 1, seed, 0);
        return ChatStream.begin(
                scheduler, new GenerationRequest(prompt, sampling, tokens, List.of(), adapter));
    }

    static double[] all(List<double[]> parts) {
        return parts.stream().flatMapToDouble(DoubleStream::of).toArray();
    }

    @Override
    public void close() {
        scheduler.close();
    }
}
