package dev.rejoinder.standalone.cli;

import dev.rejoinder.lm.store.Progress;
import java.time.Duration;

/** Shows how a model's fetch goes on: a bar on a terminal, a line every five seconds elsewhere. */
final class FetchProgress implements Progress {
    private static final int BAR = 30;
    private static final Duration DRAWN = Duration.ofMillis(200);
    private static final Duration PRINTED = Duration.ofSeconds(5);

    private final Terminal terminal;
    private final boolean live;
    private long shown = System.nanoTime();
    private boolean drawn;

    FetchProgress(Terminal terminal) {
        this.terminal = terminal;
        this.live = terminal.isLive();
    }

    @Override
    public synchronized void advanced(String what, long bytes, long totalBytes) {
        long now = System.nanoTime();
        boolean done = bytes == totalBytes && drawn;
        if (!done && now - shown < (live ? DRAWN : PRINTED).toNanos()) return;
        shown = now;
        drawn = !done;
        String line =
                totalBytes > 0
                        ? "%s %s %d of %d MB"
                                .formatted(
                                        what, bar(bytes, totalBytes), bytes >> 20, totalBytes >> 20)
                        : "%s %d MB".formatted(what, bytes >> 20);
        if (live) terminal.err().print("\r\033[K" + line + (done ? "\n" : ""));
        else terminal.err().println(line);
        terminal.err().flush();
    }

    @Override
    public synchronized void noted(String line) {
        terminal.err().println(live && drawn ? "\r\033[K" + line : line);
    }

    private static String bar(long bytes, long total) {
        int full = (int) (BAR * bytes / total);
        return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
    }
}
