package dev.rejoinder.standalone.process;

import dev.rejoinder.standalone.cli.CommandTree;
import dev.rejoinder.standalone.platform.DataFolder;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** The command line on a data folder. */
record Commands(DataFolder folder) {
    record Result(int code, String out, String err) {}

    Result run(String in, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                CommandTree.of(
                                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                                new PrintWriter(out, true),
                                new PrintWriter(err, true))
                        .execute(
                                Stream.concat(
                                                Stream.of(arguments),
                                                Stream.of("--data-dir", folder.root().toString()))
                                        .toArray(String[]::new));
        return new Result(code, out.toString(), err.toString());
    }
}
