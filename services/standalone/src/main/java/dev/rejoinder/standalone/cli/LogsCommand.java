package dev.rejoinder.standalone.cli;

import dev.rejoinder.standalone.platform.CannotGoOn;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the platform's log. */
@Command(
        name = "logs",
        description = "Show the end of the platform's log. It never holds user text.")
final class LogsCommand implements Runnable {
    private static final int PAUSE_MILLIS = 300;

    private final Terminal terminal;

    @Spec private CommandSpec spec;
    @Mixin private HelpOption help;
    @Mixin private DataFolderOption data;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "40",
            description = "How many lines. Default: ${DEFAULT-VALUE}")
    private int lines;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with new lines until interrupted.")
    private boolean follow;

    LogsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (lines < 0)
            throw new ParameterException(spec.commandLine(), "--lines of " + lines + " is below 0");
        Path log = data.folder().log();
        if (!Files.isReadable(log))
            throw new CannotGoOn(
                    "there is no log at "
                            + log
                            + "; a platform writes it once ./rejoinder up started one");
        try {
            List<String> all = Files.readAllLines(log);
            long end = Files.size(log);
            all.subList(Math.max(0, all.size() - lines), all.size())
                    .forEach(terminal.out()::println);
            if (follow) followFrom(log, end);
        } catch (IOException e) {
            throw new CannotGoOn("the log " + log + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** By name: a start may have moved the large log aside and begun another. */
    private void followFrom(Path log, long from) throws IOException {
        long at = from;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long length = log.toFile().length();
                if (length < at) at = 0;
                if (length > at) at += show(log, at, (int) Math.min(1 << 16, length - at));
                else Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int show(Path log, long from, int count) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            byte[] fresh = new byte[count];
            file.seek(from);
            file.readFully(fresh);
            terminal.out().print(new String(fresh, StandardCharsets.UTF_8));
            terminal.out().flush();
            return count;
        }
    }
}
