package dev.rejoinder.standalone.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A platform as another process, seen from the one that starts and stops it. */
public final class PlatformProcess implements AutoCloseable {
    private static final Duration PROBE_PAUSE = Duration.ofMillis(250);

    /** Longer than a platform's own limit for its end. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(70);

    private static final long LARGE_LOG_BYTES = 16 << 20;

    private final Process process;
    private final Platform.Settings settings;

    /** How long the log was before the process wrote to it. */
    private final long logBegin;

    private PlatformProcess(Process process, Platform.Settings settings, long logBegin) {
        this.process = process;
        this.settings = settings;
        this.logBegin = logBegin;
    }

    /**
     * Starts the process with its output in the folder's log.
     *
     * @param detached whether it outlives this process and its terminal
     */
    public static PlatformProcess start(Platform.Settings settings, boolean detached) {
        File log = settings.folder().create().log().toFile();
        turnOver(settings.folder());
        long logBegin = log.length();
        List<String> command = new ArrayList<>();
        if (detached) command.addAll(detaching());
        command.addAll(java());
        command.addAll(arguments(settings));
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                            .redirectErrorStream(true)
                            .start();
            return new PlatformProcess(process, settings, logBegin);
        } catch (IOException e) {
            throw new CannotGoOn("the platform's process does not start: " + e.getMessage(), e);
        }
    }

    /** A log that has grown large becomes the older one, and that one is gone. */
    private static void turnOver(DataFolder folder) {
        if (folder.log().toFile().length() < LARGE_LOG_BYTES
                || PlatformRecord.read(folder).isPresent()) return;
        try {
            Files.move(folder.log(), folder.olderLog(), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CannotGoOn("the log " + folder.log() + " cannot be moved aside", e);
        }
    }

    /**
     * A session of its own where the system has the means, so that a closed terminal ends nothing.
     */
    private static List<String> detaching() {
        return Stream.of("/usr/bin/setsid", "/bin/setsid", "/usr/bin/nohup")
                .filter(tool -> Files.isExecutable(Path.of(tool)))
                .findFirst()
                .map(List::of)
                .orElse(List.of());
    }

    private static List<String> java() {
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> !a.startsWith("-agentlib") && !a.startsWith("-javaagent"))
                .forEach(java::add);
        java.add("-jar");
        java.add(System.getProperty("rejoinder.jar", System.getProperty("java.class.path")));
        return java;
    }

    private static List<String> arguments(Platform.Settings settings) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("serve", "--data-dir", settings.folder().root().toString()));
        arguments.addAll(List.of("--host", settings.host()));
        arguments.addAll(List.of("--port", String.valueOf(settings.port())));
        arguments.addAll(List.of("--parent", String.valueOf(settings.parent())));
        settings.configuration()
                .forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        return arguments;
    }

    /**
     * Waits until every service says it is ready.
     *
     * @param tick called about four times a second
     * @throws CannotGoOn with the process's own reason if it ends instead, or if the limit passes
     */
    public PlatformRecord awaitReady(Duration limit, Runnable tick) {
        long end = System.nanoTime() + limit.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (System.nanoTime() < end) {
                Optional<PlatformRecord> record =
                        PlatformRecord.read(settings.folder())
                                .filter(r -> r.pid() == process.pid());
                if (record.isPresent() && isReady(http, record.get())) return record.get();
                if (hasEndedWithin(PROBE_PAUSE)) throw new CannotGoOn(reason());
                tick.run();
            }
        }
        close();
        throw new CannotGoOn(
                "the platform was not ready within %d s; its log is %s"
                        .formatted(limit.toSeconds(), settings.folder().log()));
    }

    /**
     * @throws CannotGoOn if a service says why it will never be ready
     */
    private boolean isReady(HttpClient http, PlatformRecord record) {
        HttpRequest probe =
                HttpRequest.newBuilder(URI.create(record.url() + "/q/health/ready"))
                        .timeout(Duration.ofSeconds(5))
                        .build();
        try {
            HttpResponse<String> answer = http.send(probe, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) return true;
            for (JsonNode check : new ObjectMapper().readTree(answer.body()).path("checks"))
                if (check.path("data").has("refused")) {
                    close();
                    throw new CannotGoOn(check.path("data").path("refused").asText());
                }
            return false;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotGoOn("interrupted while the platform started");
        }
    }

    private boolean hasEndedWithin(Duration pause) {
        try {
            return process.waitFor(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotGoOn("interrupted while the platform started");
        }
    }

    /** The one line the process left, or where to look. */
    private String reason() {
        Path log = settings.folder().log();
        String prefix = "rejoinder: ";
        try (InputStream in = Files.newInputStream(log)) {
            in.skipNBytes(logBegin);
            String written = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return written.lines()
                    .filter(l -> l.startsWith(prefix))
                    .reduce((first, second) -> second)
                    .map(l -> l.substring(prefix.length()))
                    .orElse(
                            "the platform ended with code "
                                    + process.exitValue()
                                    + "; its log is "
                                    + log);
        } catch (IOException e) {
            return "the platform ended with code "
                    + process.exitValue()
                    + " and left no log at "
                    + log;
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it gracefully; after a minute by force. Leaves nothing running. */
    @Override
    public void close() {
        stop(process.toHandle(), settings.folder());
    }

    /** Ends the process of a platform, and what a forced end would leave. */
    public static void stop(ProcessHandle process, DataFolder folder) {
        process.destroy();
        try {
            process.onExit().orTimeout(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof TimeoutException)) throw e;
            process.destroyForcibly();
            process.onExit().join();
        }
        PostgresProcess.stopWhereNobodyRuns(folder);
    }
}
