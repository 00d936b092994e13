package dev.rejoinder.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class CommandTreeTest {
    private record Result(int code, String out, String err) {}

    @Test
    void anUnknownCommandSaysWhichThereAreAndExitsWith2() {
        Result result = run("frobnicate");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("frobnicate").contains("demo, up, down, status");
    }

    @Test
    void anUnknownFlagSaysWhichThereAreAndExitsWith2() {
        Result result = run("up", "--prot", "8081");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err())
                .contains("--prot")
                .contains("--port")
                .contains("./rejoinder up --help");
    }

    @Test
    void aCommandThatNeedsAnotherSaysWhichAndExitsWith2() {
        assertThat(run("model").err()).contains("fetch");
        assertThat(run("model").code()).isEqualTo(2);
        assertThat(run("models", "promote").err()).contains("VERSION");
        assertThat(run("models", "promote").code()).isEqualTo(2);
    }

    @Test
    void modelsAloneListsAsModelsListDoes(@TempDir Path empty) {
        Result alone = run("models", "--data-dir", empty.toString());

        assertThat(alone).isEqualTo(run("models", "list", "--data-dir", empty.toString()));
        assertThat(alone.code()).isEqualTo(1);
        assertThat(alone.err()).contains(empty.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "up --port 99999, 1 to 65535",
        "serve --port 0, 1 to 65535",
        "up --set quarkus.http.host=0.0.0.0, use --host and --port",
        "logs -n -5, below 0",
        "up --timeout 0, below 1 s",
        "train signals --version 0, below 1",
        "chat --max-tokens 0, below 1",
        "soak --requests 1000, 2000 to 1000000",
        "soak --precision int4, 'float32, bfloat16, int8, auto'"
    })
    void aValueOutsideItsLimitsSaysWhichTheyAreAndExitsWith2(String line, String limits) {
        Result result = run(line.split(" "));

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains(limits);
    }

    @Test
    void aPreferenceThatNobodyHasSaysWhichThereAre() {
        Result result = run("demo", "--preference", "rude");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("rude").contains("brief");
    }

    @Test
    void moreConversationsThanPromisedAreRefused() {
        Result result = run("demo", "--conversations", "61");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("61").contains("1 to 60");
    }

    @Test
    void everyCommandAndEveryOptionExplainsItself() {
        Deque<CommandLine> commands =
                new ArrayDeque<>(List.of(tree("", new StringWriter(), new StringWriter())));
        while (!commands.isEmpty()) {
            CommandLine command = commands.pop();
            commands.addAll(command.getSubcommands().values());
            var spec = command.getCommandSpec();
            assertThat(spec.usageMessage().description()).as(spec.qualifiedName()).isNotEmpty();
            for (OptionSpec option : spec.options())
                assertThat(option.description())
                        .as(spec.qualifiedName() + " " + option.longestName())
                        .isNotEmpty();
            if (!spec.name().equals("help"))
                assertThat(spec.optionsMap()).as(spec.qualifiedName()).containsKey("--help");
        }
    }

    @Test
    void helpIsPrintedHoweverItIsAskedFor() {
        Result help = run("help");
        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("demo", "up", "models", "export");
        assertThat(run("help", "demo").out()).contains("--preference");
        assertThat(run("help", "nosuch").code()).isEqualTo(2);
        for (String command :
                tree("", new StringWriter(), new StringWriter()).getSubcommands().keySet())
            if (!command.equals("help")) {
                Result result = run(command, "--help");
                assertThat(result.code()).as(command).isZero();
                assertThat(result.out()).as(command).contains("Usage: rejoinder " + command);
            }
    }

    @Test
    void whereNoPlatformRunsACommandSaysHowToStartOne(@TempDir Path folder) {
        for (String command : List.of("status", "chat")) {
            Result result = run(command, "--data-dir", folder.toString());
            assertThat(result.code()).as(command).isEqualTo(1);
            assertThat(result.err()).as(command).contains("./rejoinder up").hasLineCount(1);
        }
    }

    @Test
    void stoppingWhatDoesNotRunIsNoFault(@TempDir Path folder) {
        Result result = run("down", "--data-dir", folder.toString());

        assertThat(result.code()).isZero();
        assertThat(result.out()).contains("nothing runs");
    }

    @Test
    void theEndOfTheLogIsShown(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("platform.log"), "one\ntwo\nthree\n");

        assertThat(run("logs", "-n", "2", "--data-dir", folder.toString()).out())
                .isEqualTo("two" + System.lineSeparator() + "three" + System.lineSeparator());
        assertThat(run("logs", "--data-dir", folder.resolve("none").toString()).code())
                .isEqualTo(1);
    }

    private static Result run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = tree("", out, err).execute(args);
        return new Result(code, out.toString(), err.toString());
    }

    private static CommandLine tree(String in, StringWriter out, StringWriter err) {
        return CommandTree.of(
                new ByteArrayInputStream(in.getBytes()),
                new PrintWriter(out, true),
                new PrintWriter(err, true));
    }
}
