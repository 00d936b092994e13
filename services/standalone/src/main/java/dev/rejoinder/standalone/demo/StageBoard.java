package dev.rejoinder.standalone.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the demo is doing, always: one line a stage with a bar and the seconds, drawn over twice a
 * second on a terminal, printed every five seconds elsewhere. Thread-safe.
 */
public final class StageBoard implements AutoCloseable {
    private static final Duration DRAWN = Duration.ofMillis(500);
    private static final Duration PRINTED = Duration.ofSeconds(5);
    private static final int BAR = 24;

    private final PrintWriter out;
    private final boolean live;
    private final int stages;
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final Thread drawer;
    private volatile boolean closed;
    private @Nullable Stage current;
    private int begun;

    /**
     * @param live whether the line may be drawn over
     * @param stages how many there will be
     */
    public StageBoard(PrintWriter out, boolean live, int stages) {
        this.out = out;
        this.live = live;
        this.stages = stages;
        this.drawer = Thread.ofPlatform().name("stage-board").daemon().start(this::draw);
    }

    /** Begins the next stage; the one before must have ended. */
    public synchronized Stage begin(String name, int total) {
        begun++;
        current = new Stage(name, total);
        show(current.line());
        return current;
    }

    /** Seconds of the stages that have ended, in order. */
    public synchronized Map<String, Double> seconds() {
        return new LinkedHashMap<>(seconds);
    }

    private void draw() {
        try {
            while (!closed) {
                Thread.sleep(live ? DRAWN : PRINTED);
                tick();
            }
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private synchronized void tick() {
        if (current != null && !closed) show(current.line());
    }

    private void show(String line) {
        if (live) out.print("\r\033[K" + line);
        else out.println(line);
        out.flush();
    }

    @Override
    public void close() {
        closed = true;
        drawer.interrupt();
    }

    /** One stage; its end is written once. */
    public final class Stage implements AutoCloseable {
        private final String name;
        private final int total;
        private final int number = begun;
        private final long began = System.nanoTime();
        private int done;
        private String note = "";

        private Stage(String name, int total) {
            this.name = name;
            this.total = total;
        }

        /** How far it is, and one word or two about it. */
        public void at(int done, String note) {
            synchronized (StageBoard.this) {
                this.done = Math.min(done, total);
                this.note = note;
            }
        }

        public void at(String note) {
            at(done, note);
        }

        public void advance() {
            synchronized (StageBoard.this) {
                done = Math.min(done + 1, total);
            }
        }

        private double elapsed() {
            return (System.nanoTime() - began) / 1e9;
        }

        private String line() {
            StringBuilder line = new StringBuilder();
            line.append("[%d/%d] %-14s ".formatted(number, stages, name));
            if (total > 0) {
                int full = BAR * done / total;
                line.append('[').append("#".repeat(full)).append(".".repeat(BAR - full));
                line.append("] %d/%d ".formatted(done, total));
            }
            line.append("%4.0f s".formatted(elapsed()));
            if (!note.isEmpty()) line.append("  ").append(note);
            return line.toString();
        }

        @Override
        public void close() {
            synchronized (StageBoard.this) {
                seconds.put(name, elapsed());
                show(line() + (live ? "\n" : ""));
                current = null;
            }
        }
    }
}
