package dev.rejoinder.standalone.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script on a machine that lacks something: it says so in one line, and runs nothing. */
class LauncherTest {
    /** Where the script looks for JDKs besides JAVA_HOME, the PATH and the home folder. */
    private static final List<String> USUAL_FOLDERS =
            List.of("/usr/lib/jvm/*", "/opt/java/*", "/opt/jdk*");

    /** All that the script needs to get as far as these tests go. */
    private static final List<String> TOOLS =
            List.of(
                    "bash",
                    "readlink",
                    "dirname",
                    "uname",
                    "sed",
                    "find",
                    "mkdir",
                    "flock",
                    "awk",
                    "df");

    @TempDir private Path machine;

    private record Result(int code, List<String> lines) {}

    @BeforeEach
    void setUp() throws IOException {
        String script = Files.readString(Path.of("../../rejoinder"));
        assertThat(script).contains(USUAL_FOLDERS);
        for (String folder : USUAL_FOLDERS)
            script = script.replace(folder, machine.resolve("jvm") + "/*");
        Files.writeString(machine.resolve("rejoinder"), script);
        Files.writeString(machine.resolve("pom.xml"), "<project/>");
        Path tools = Files.createDirectory(machine.resolve("bin"));
        for (String tool : TOOLS) Files.createSymbolicLink(tools.resolve(tool), onThePath(tool));
    }

    private static Path onThePath(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + tool + " on the PATH"));
    }

    private void install(String name, String version) throws IOException {
        Path jdk = Files.createDirectories(machine.resolve("jvm").resolve(name));
        Path bin = Files.createDirectory(jdk.resolve("bin"));
        for (String tool : List.of("java", "javac")) {
            Path file = Files.writeString(bin.resolve(tool), "#!/bin/sh\necho started \"$@\"\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    }

    private Result run(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder("bash", machine.resolve("rejoinder").toString());
        builder.command().addAll(List.of(arguments));
        builder.redirectErrorStream(true).environment().clear();
        builder.environment().put("PATH", machine.resolve("bin").toString());
        builder.environment().put("HOME", machine.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), said.lines().toList());
    }

    @Test
    void withoutAJdkItSaysWhichOneAndHowToGetIt() throws Exception {
        Result result = run("help");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.lines()).hasSize(1);
        assertThat(result.lines().getFirst())
                .startsWith("rejoinder: a JDK 25 or newer is needed, none was found; install one")
                .contains("JAVA_HOME");
    }

    @Test
    void olderJdksAreNamed() throws Exception {
        install("jdk-17", "17.0.9");
        install("jdk-21", "21.0.2");

        Result result = run("up");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.lines()).hasSize(1);
        assertThat(result.lines().getFirst()).contains("only these were found: 17 21;");
    }

    @Test
    void amongSeveralJdksTheOneThatIsNewEnoughIsTaken() throws Exception {
        install("jdk-17", "17.0.9");
        install("jdk-26", "26");
        Path jar = machine.resolve("services/standalone/target/quarkus-app/quarkus-run.jar");
        Files.createDirectories(jar.getParent());
        Files.createDirectories(machine.resolve("proto"));
        Files.writeString(jar, "newer than every source");

        Result result = run("status", "--help");

        assertThat(result.code()).isZero();
        assertThat(result.lines()).hasSize(1);
        assertThat(result.lines().getFirst()).startsWith("started").endsWith("status --help");
    }

    @Test
    void withoutMavenItDoesNotBuild() throws Exception {
        install("jdk-25", "25.0.1");

        Result result = run("demo");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.lines())
                .containsExactly(
                        "rejoinder: Maven is needed to build, and there is no mvn on the PATH;"
                                + " install it (Debian: apt install maven) and run this again");
    }

    @Test
    void anUnknownArgumentOfTestExitsWithTwo() throws Exception {
        install("jdk-25", "25.0.1");

        Result result = run("test", "everything");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.lines())
                .containsExactly("rejoinder: test takes no \"everything\"; allowed: --help");
    }
}
