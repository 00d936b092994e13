package dev.rejoinder.standalone.demo;

import dev.rejoinder.lm.store.ModelStore;
import dev.rejoinder.lm.store.Progress;
import dev.rejoinder.standalone.client.ChatClient;
import dev.rejoinder.standalone.client.ModelCatalogue;
import dev.rejoinder.standalone.client.PlatformConnection;
import dev.rejoinder.standalone.platform.DataFolder;
import dev.rejoinder.standalone.platform.LoopbackPort;
import dev.rejoinder.standalone.platform.Platform;
import dev.rejoinder.standalone.platform.PlatformProcess;
import dev.rejoinder.standalone.platform.PlatformRecord;
import dev.rejoinder.standalone.platform.Preflight;
import dev.rejoinder.standalone.platform.ScratchFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One run of the loop, from nothing to a report. */
public final class Demo {
    /** Stages that the board shows. */
    public static final int STAGES = 10;

    private static final Duration READY_LIMIT = Duration.ofMinutes(3);

    private final DemoSettings settings;
    private final StageBoard board;
    private final Clock clock;
    private final Ledger ledger = new Ledger();
    private final Observations observations = new Observations();

    public Demo(DemoSettings settings, StageBoard board, Clock clock) {
        this.settings = settings;
        this.board = board;
        this.clock = clock;
    }

    /**
     * Runs it. The platform is a process of its own on a fresh folder; it ends with this one,
     * however this one ends.
     *
     * @param progress told how the model's fetch goes on
     */
    public DemoReport run(Progress progress) {
        Path model;
        try (StageBoard.Stage stage = board.begin("model", 0)) {
            model = ModelStore.fromEnvironment().resolve(settings.model(), progress);
            stage.at(model.getFileName().toString());
        }
        Instant began = clock.instant();
        ScratchFolder scratch = ScratchFolder.create("demo");
        Platform.Settings platform =
                new Platform.Settings(
                        new DataFolder(scratch.folder()),
                        "127.0.0.1",
                        LoopbackPort.free(),
                        DemoConfiguration.of(settings),
                        ProcessHandle.current().pid());
        Preflight.check(platform.folder(), platform.host(), platform.port());
        PlatformProcess process = PlatformProcess.start(platform, false);
        Thread end = new Thread(() -> stop(process, scratch), "demo-end");
        Runtime.getRuntime().addShutdownHook(end);
        DemoFindings findings;
        try {
            findings = onPlatform(process, platform);
        } finally {
            scratch.keepLog(platform.folder().log(), settings.out());
        }
        // The adapter lies in the platform's folder, so the folder goes last.
        try (StageBoard.Stage stage = board.begin("measuring", 0)) {
            process.close();
            return new Measuring(settings, findings, model)
                    .report(new Measuring.Timing(clock, began), board, stage);
        } finally {
            stop(process, scratch);
            Runtime.getRuntime().removeShutdownHook(end);
        }
    }

    private static void stop(PlatformProcess process, ScratchFolder scratch) {
        process.close();
        scratch.delete();
    }

    private DemoFindings onPlatform(PlatformProcess process, Platform.Settings platform) {
        PlatformRecord record;
        try (StageBoard.Stage stage = board.begin("platform", 0)) {
            record = process.awaitReady(READY_LIMIT, () -> {});
            stage.at(record.url());
        }
        Instant upAt = clock.instant();
        try (EventTap tap = EventTap.open(record.kafka(), observations);
                Backlog backlog = new Backlog(record.kafka());
                PlatformConnection connection = PlatformConnection.to(record);
                ChatClient client = new ChatClient(record.url())) {
            Conversation.Talk talk =
                    new Conversation.Talk(
                            client,
                            ModelCatalogue.model(record.url()),
                            settings.preference(),
                            ledger,
                            clock);
            Loop loop = new Loop(settings, board, talk, observations, backlog, connection);
            @Nullable String promoted = loop.close();
            return DemoFindings.gather(
                    upAt, talk.model(), promoted, ledger, observations, connection);
        }
    }
}
