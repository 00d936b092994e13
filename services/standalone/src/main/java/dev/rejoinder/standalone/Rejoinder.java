package dev.rejoinder.standalone;

import dev.rejoinder.standalone.cli.CommandTree;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * The one program. Most commands are plain Java and start in half a second; only {@code serve}
 * boots the services.
 */
@QuarkusMain
public final class Rejoinder {
    private Rejoinder() {}

    public static void main(String... args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int code = CommandTree.of(System.in, out, err).execute(args);
        out.flush();
        err.flush();
        System.exit(code);
    }
}
