package dev.rejoinder.standalone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.testkit.model.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as its users start it, with a model that says nothing sensible. */
class DemoIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** A token a byte: room for a conversation. */
    private static final int CONTEXT = 8192;

    @TempDir Path root;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endWhatFailed() throws InterruptedException {
        for (Process demo : started) demo.destroyForcibly().waitFor();
    }

    @Test
    void aDemoThatProvesNothingSaysSoLosesNoTurnAndLeavesNothing() throws Exception {
        Process demo = start();

        assertThat(demo.waitFor(5, TimeUnit.MINUTES)).isTrue();

        JsonNode report = new ObjectMapper().readTree(root.resolve("out/report.json").toFile());
        JsonNode traffic = report.path("traffic");
        assertThat(demo.exitValue()).as(log()).isEqualTo(1);
        assertThat(report.path("passed").asBoolean()).isFalse();
        assertThat(traffic.path("answered").asInt()).isGreaterThanOrEqualTo(103);
        assertThat(traffic.path("recorded").asInt()).isEqualTo(traffic.path("answered").asInt());
        assertThat(traffic.path("refused").asInt()).isZero();
        assertThat(traffic.path("withoutVersion").asInt()).isZero();
        assertThat(report.path("before").path("replies").asInt()).isEqualTo(100);
        assertThat(log()).contains("measuring", "some lines do not hold");
        assertThat(root.resolve("out/report.html")).isNotEmptyFile();
        assertThat(folders()).isEmpty();
    }

    @Test
    void ctrlCLeavesNothingRunning() throws Exception {
        Process demo = start();
        List<ProcessHandle> running = running(demo);

        new ProcessBuilder("kill", "-INT", String.valueOf(demo.pid())).start().waitFor();

        assertThat(demo.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isEqualTo(130);
        await().atMost(PATIENCE).until(() -> running.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(folders()).isEmpty();
    }

    @Test
    void aDemoThatIsKilledTakesItsPlatformAlong() throws Exception {
        Process demo = start();
        List<ProcessHandle> running = running(demo);

        demo.destroyForcibly().waitFor();

        await().atMost(PATIENCE).until(() -> running.stream().noneMatch(ProcessHandle::isAlive));
    }

    private Process start() throws IOException {
        Path model = TinyModel.llama().withContext(CONTEXT).write(root.resolve("tiny"));
        Files.createDirectories(root.resolve("tmp"));
        Path jar = Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();
        // A shell's background job ignores SIGINT, and so would what it starts.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-Dai.djl.offline=true"));
        command.add("-Djava.io.tmpdir=" + root.resolve("tmp"));
        command.addAll(List.of("-jar", jar.toString(), "demo", "--conversations", "3"));
        command.addAll(List.of("--model", model.toString()));
        command.addAll(List.of("--out", root.resolve("out").toString()));
        Process demo =
                new ProcessBuilder(command)
                        .redirectOutput(root.resolve("demo.log").toFile())
                        .redirectErrorStream(true)
                        .start();
        started.add(demo);
        return demo;
    }

    /** The platform's process and its database, as soon as users chat. */
    private List<ProcessHandle> running(Process demo) throws IOException {
        await().atMost(PATIENCE).until(() -> log().contains("[3/10]"));
        List<ProcessHandle> running = new ArrayList<>(demo.descendants().toList());
        Path pid = folders().getFirst().resolve("postgres").resolve("postmaster.pid");
        running.add(
                ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).getFirst().strip()))
                        .orElseThrow());
        assertThat(running).hasSizeGreaterThan(1).allMatch(ProcessHandle::isAlive);
        return running;
    }

    private String log() throws IOException {
        return Files.readString(root.resolve("demo.log"));
    }

    /** What demos have made for their platforms. */
    private List<Path> folders() throws IOException {
        try (Stream<Path> all = Files.list(root.resolve("tmp"))) {
            return all.filter(p -> p.getFileName().toString().startsWith("rejoinder-demo-"))
                    .toList();
        }
    }
}
