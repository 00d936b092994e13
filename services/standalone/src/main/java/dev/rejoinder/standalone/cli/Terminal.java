package dev.rejoinder.standalone.cli;

import java.io.InputStream;
import java.io.PrintWriter;

/** Where a command reads and writes; a test's own streams look the same to it. */
public record Terminal(InputStream in, PrintWriter out, PrintWriter err) {
    /** Whether a person watches, so that a line may be drawn over. */
    public boolean isLive() {
        return System.console() != null
                && System.console().isTerminal()
                && !"dumb".equals(System.getenv("TERM"))
                && System.getenv("CI") == null;
    }
}
