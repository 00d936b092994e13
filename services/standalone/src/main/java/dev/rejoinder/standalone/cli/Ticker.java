package dev.rejoinder.standalone.cli;

import java.time.Duration;

/**
 * One line that shows that something goes on: drawn over on a terminal, printed every ten seconds
 * elsewhere.
 */
final class Ticker implements AutoCloseable {
    private static final Duration DRAWN = Duration.ofMillis(500);
    private static final Duration PRINTED = Duration.ofSeconds(10);

    private final Terminal terminal;
    private String what;
    private final boolean live;
    private final long began = System.nanoTime();
    private long shown;

    Ticker(Terminal terminal, String what) {
        this.terminal = terminal;
        this.what = what;
        this.live = terminal.isLive();
        this.shown = began;
    }

    /** As {@link #tick()}, with news. */
    void tick(String news) {
        what = news;
        tick();
    }

    void tick() {
        long now = System.nanoTime();
        if (now - shown < (live ? DRAWN : PRINTED).toNanos()) return;
        shown = now;
        String line = "%s, %d s".formatted(what, (now - began) / 1_000_000_000L);
        if (live) terminal.err().print("\r\033[K" + line);
        else terminal.err().println(line);
        terminal.err().flush();
    }

    @Override
    public void close() {
        if (!live || shown == began) return;
        terminal.err().print("\r\033[K");
        terminal.err().flush();
    }
}
