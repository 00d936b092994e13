package dev.rejoinder.standalone.bench;

import dev.rejoinder.bench.Figure;
import dev.rejoinder.bench.Timing;
import dev.rejoinder.standalone.client.ChatCall;
import dev.rejoinder.standalone.client.ChatClient;
import dev.rejoinder.standalone.client.ChatOutcome;
import dev.rejoinder.standalone.client.ChatTurn;
import dev.rejoinder.standalone.client.ModelCatalogue;
import dev.rejoinder.standalone.platform.CannotGoOn;
import dev.rejoinder.standalone.platform.DataFolder;
import dev.rejoinder.standalone.platform.LoopbackPort;
import dev.rejoinder.standalone.platform.Platform;
import dev.rejoinder.standalone.platform.PlatformProcess;
import dev.rejoinder.standalone.platform.PlatformRecord;
import dev.rejoinder.standalone.platform.PostgresProcess;
import dev.rejoinder.standalone.platform.ScratchFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Starts a whole platform several times: seconds until every service is ready, on a fresh folder
 * and again on the same one, and the memory of all its processes after a chat.
 */
public final class PlatformStart {
    private static final int REPEATS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** What a laptop's user is promised. */
    private static final double PROMISED_SECONDS = 30;

    private static final double PROMISED_MIB = 6 * 1024;
    private static final double KIB_A_MIB = 1024;

    private final Order order;
    private final double[] first = new double[REPEATS];
    private final double[] again = new double[REPEATS];
    private final double[] memory = new double[REPEATS];

    /**
     * What is started.
     *
     * @param model on disk already
     * @param precision {@code auto}, {@code float32} or {@code bfloat16}
     */
    public record Order(String model, String precision) {}

    private PlatformStart(Order order) {
        this.order = order;
    }

    /**
     * @param progress gets a line for every start
     * @throws CannotGoOn if the platform does not start
     */
    public static List<Figure> measure(Order order, Consumer<String> progress) {
        PlatformStart start = new PlatformStart(order);
        for (int i = 0; i < REPEATS; i++) {
            start.repeat(i);
            progress.accept("started a platform, %d of %d".formatted(i + 1, REPEATS));
        }
        return List.of(
                seconds("platform ready, fresh folder", start.first),
                seconds("platform ready, kept folder", start.again),
                mebibytes("platform's memory after a chat", start.memory));
    }

    private static Figure seconds(String name, double[] runs) {
        Timing t = Timing.of(runs);
        return Figure.seconds(name, t).against("30 s", t.median() / PROMISED_SECONDS);
    }

    private static Figure mebibytes(String name, double[] runs) {
        Timing t = Timing.of(runs);
        return new Figure(
                name,
                "MiB",
                t.median(),
                t.slowest(),
                t.fastest(),
                t.median() / PROMISED_MIB,
                "6 GiB");
    }

    private void repeat(int i) {
        ScratchFolder scratch = ScratchFolder.create("bench");
        try {
            DataFolder folder = new DataFolder(scratch.folder());
            first[i] = started(folder, record -> {});
            again[i] =
                    started(
                            folder,
                            record -> {
                                chat(record);
                                memory[i] = allKib(folder, record) / KIB_A_MIB;
                            });
        } finally {
            scratch.delete();
        }
    }

    private double started(DataFolder folder, Consumer<PlatformRecord> whenReady) {
        Platform.Settings settings =
                new Platform.Settings(
                        folder,
                        "127.0.0.1",
                        LoopbackPort.free(),
                        Map.of(
                                "rejoinder.model.source", order.model(),
                                "rejoinder.model.precision", order.precision()),
                        ProcessHandle.current().pid());
        long begin = System.nanoTime();
        try (PlatformProcess process = PlatformProcess.start(settings, false)) {
            PlatformRecord record = process.awaitReady(PATIENCE, () -> {});
            double seconds = (System.nanoTime() - begin) / 1e9;
            whenReady.accept(record);
            return seconds;
        }
    }

    private static void chat(PlatformRecord record) {
        try (ChatClient client = new ChatClient(record.url())) {
            ChatCall call =
                    new ChatCall(
                            ModelCatalogue.model(record.url()),
                            List.of(ChatTurn.user("What is a lighthouse for?")),
                            "bench",
                            OptionalInt.of(64),
                            ChatCall.Sampling.usual(1));
            if (!(client.complete(call) instanceof ChatOutcome.Answered))
                throw new CannotGoOn("the platform did not answer a chat");
        }
    }

    /** Of the JVM, PostgreSQL's processes, and whatever else they began; shared pages once. */
    private static long allKib(DataFolder folder, PlatformRecord record) {
        return Stream.concat(
                        ProcessHandle.of(record.pid()).stream(),
                        PostgresProcess.find(folder).stream())
                .flatMap(p -> Stream.concat(Stream.of(p), p.descendants()))
                .mapToLong(ProcessHandle::pid)
                .distinct()
                .map(PlatformStart::proportionalKib)
                .sum();
    }

    /** Linux's proportional set size. */
    private static long proportionalKib(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "smaps_rollup"))
                    .stream()
                    .filter(l -> l.startsWith("Pss:"))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("[^0-9]", "")))
                    .sum();
        } catch (IOException e) {
            // Ended since it was listed.
            if (ProcessHandle.of(pid).isEmpty()) return 0;
            throw new CannotGoOn("the memory of process " + pid + " cannot be read", e);
        }
    }
}
