package dev.rejoinder.standalone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.proto.registry.v1.ListVersionsRequest;
import dev.rejoinder.proto.signals.v1.SignalDetected;
import dev.rejoinder.standalone.client.ChatCall;
import dev.rejoinder.standalone.client.ChatClient;
import dev.rejoinder.standalone.client.ChatOutcome;
import dev.rejoinder.standalone.client.ChatTurn;
import dev.rejoinder.standalone.client.ModelCatalogue;
import dev.rejoinder.standalone.client.PlatformConnection;
import dev.rejoinder.standalone.platform.CannotGoOn;
import dev.rejoinder.standalone.platform.DataFolder;
import dev.rejoinder.standalone.platform.LoopbackPort;
import dev.rejoinder.standalone.platform.Platform;
import dev.rejoinder.standalone.platform.PlatformProcess;
import dev.rejoinder.standalone.platform.PlatformRecord;
import dev.rejoinder.testkit.model.TinyModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole platform as its users start it: one process with a real broker and database. */
class StandaloneIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final int CONTEXT = 4096;

    /** A pipe answers whole completions, whatever the line asks of other clients. */
    private static final String GENERATE =
            """
            {"id":"g","messages":[{"role":"user","content":"Hi"}],"max_tokens":8,"stream":true}
            """;

    /** Where a log makes room for a new one. */
    private static final int LARGE_LOG = 16 << 20;

    @Test
    void aChatIsAnsweredRecordedReadAndKeptAcrossARestartAndNothingIsLeftRunning(@TempDir Path root)
            throws Exception {
        Path model = TinyModel.llama().write(root.resolve("tiny"));
        Platform.Settings settings = settings(root.resolve("data"), model);
        String reply;
        long postgres;
        try (PlatformProcess process = PlatformProcess.start(settings, false)) {
            PlatformRecord record = process.awaitReady(PATIENCE, () -> {});
            postgres = postmaster(settings.folder());

            reply = chat(record);

            SignalDetected signal = SignalReader.first(record.kafka(), PATIENCE);
            assertThat(signal.getReply()).isEqualTo(reply);
            assertThatThrownBy(() ->
                            PlatformProcess.start(second(settings), false)
                                    .awaitReady(PATIENCE, () -> {}))
                    .isInstanceOf(CannotGoOn.class)
                    .hasMessageContaining("another platform runs");
        }
        // Its parent is gone, so the system's first process has to take its exit code first.
        await().until(() -> ProcessHandle.of(postgres).filter(ProcessHandle::isAlive).isEmpty());
        assertThat(PlatformRecord.read(settings.folder())).isEmpty();

        try (PlatformProcess again = PlatformProcess.start(settings, false)) {
            PlatformRecord record = again.awaitReady(PATIENCE, () -> {});
            assertThat(SignalReader.first(record.kafka(), PATIENCE).getReply()).isEqualTo(reply);
            try (PlatformConnection connection = PlatformConnection.to(record)) {
                assertThat(
                                connection
                                        .registry()
                                        .listVersions(ListVersionsRequest.getDefaultInstance())
                                        .getVersionsList())
                        .singleElement()
                        .satisfies(v -> assertThat(v.getVersion().getVersion()).isEqualTo("base"));
            }
        }
    }

    @Test
    void theNextStartEndsWhatAKilledPlatformLeftAndLosesNoTurn(@TempDir Path root)
            throws Exception {
        Path model = TinyModel.llama().write(root.resolve("tiny"));
        Platform.Settings settings = settings(root.resolve("data"), model);
        try (PlatformProcess killed = PlatformProcess.start(settings, false)) {
            PlatformRecord record = killed.awaitReady(PATIENCE, () -> {});
            ProcessHandle orphan = ProcessHandle.of(postmaster(settings.folder())).orElseThrow();
            String reply = chat(record);

            ProcessHandle.of(record.pid()).orElseThrow().destroyForcibly();
            await().until(() -> !killed.isAlive());
            assertThat(orphan.isAlive()).isTrue();

            try (PlatformProcess next = PlatformProcess.start(settings, false)) {
                PlatformRecord again = next.awaitReady(PATIENCE, () -> {});
                await().until(() -> !orphan.isAlive());
                assertThat(SignalReader.first(again.kafka(), PATIENCE).getReply()).isEqualTo(reply);
            }
        }
    }

    @Test
    void otherWeightsUnderTheNameOfARegisteredBaseAreRefusedAndNothingIsLeftRunning(
            @TempDir Path root) throws Exception {
        Path model = TinyModel.llama().write(root.resolve("tiny"));
        Platform.Settings settings = settings(root.resolve("data"), model);
        try (PlatformProcess process = PlatformProcess.start(settings, false)) {
            process.awaitReady(PATIENCE, () -> {});
        }
        TinyModel.family("qwen2", TinyModel.WHOLE_VOCABULARY).write(model);
        Files.write(settings.folder().log(), new byte[LARGE_LOG]);

        try (PlatformProcess process = PlatformProcess.start(settings, false)) {
            assertThatThrownBy(() -> process.awaitReady(PATIENCE, () -> {}))
                    .isInstanceOf(CannotGoOn.class)
                    .hasMessageContaining("tiny is registered with base digest")
                    .hasMessageContaining("under another name");
            assertThat(process.isAlive()).isFalse();
        }
        assertThat(root.resolve("data/platform.log.1")).hasSize(LARGE_LOG);
        assertThat(Files.size(settings.folder().log())).isLessThan(LARGE_LOG);
    }

    @Test
    void everyCommandSpeaksToTheRunningPlatform(@TempDir Path root) throws Exception {
        Path model = TinyModel.llama().withContext(CONTEXT).write(root.resolve("tiny"));
        Platform.Settings settings = settings(root.resolve("data"), model);
        try (PlatformProcess process = PlatformProcess.start(settings, false)) {
            process.awaitReady(PATIENCE, () -> {});
            Commands commands = new Commands(settings.folder());

            assertThat(commands.run("", "status").out()).contains("base");
            assertThat(commands.run("Hi\n/quit\n", "chat", "--max-tokens", "8").code()).isZero();
            Commands.Result generated = commands.run(GENERATE, "generate");
            JsonNode completion = new ObjectMapper().readTree(generated.out());
            assertThat(completion.path("id").asText()).isEqualTo("g");
            assertThat(completion.path("object").asText()).isEqualTo("chat.completion");
            assertThat(commands.run("", "models").out()).contains("base", "champion");
            assertThat(commands.run("", "models", "promote", "nosuch").code()).isEqualTo(1);
            assertThat(commands.run("", "models", "promote", "nosuch").err()).contains("nosuch");
            Commands.Result trained = commands.run("", "train", "run");
            assertThat(trained.code()).isEqualTo(1);
            assertThat(trained.err()).contains("0 usable pairs").hasLineCount(1);
            assertThat(commands.run("", "export", "pairs"))
                    .isEqualTo(new Commands.Result(0, "", ""));
            assertThat(commands.run("", "logs", "-n", "3").out()).hasLineCount(3);
            assertThat(commands.run("", "down").code()).isZero();
            await().until(() -> !process.isAlive());
        }
    }

    private static Platform.Settings settings(Path data, Path model) {
        return new Platform.Settings(
                new DataFolder(data),
                "127.0.0.1",
                LoopbackPort.free(),
                Map.of("rejoinder.model.source", model.toString()),
                ProcessHandle.current().pid());
    }

    /** The same folder on another port. */
    private static Platform.Settings second(Platform.Settings first) {
        return new Platform.Settings(
                first.folder(),
                first.host(),
                LoopbackPort.free(),
                first.configuration(),
                first.parent());
    }

    private static String chat(PlatformRecord record) {
        try (ChatClient client = new ChatClient(record.url())) {
            String model = ModelCatalogue.model(record.url());
            String reply = say(client, model, List.of(ChatTurn.user("Why?")));
            say(
                    client,
                    model,
                    List.of(
                            ChatTurn.user("Why?"),
                            ChatTurn.assistant(reply),
                            ChatTurn.user("Thanks a lot!")));
            return reply;
        }
    }

    private static String say(ChatClient client, String model, List<ChatTurn> turns) {
        ChatOutcome outcome =
                client.complete(
                        new ChatCall(
                                model,
                                turns,
                                "ann",
                                OptionalInt.of(8),
                                ChatCall.Sampling.usual(1)));
        assertThat(outcome).isInstanceOf(ChatOutcome.Answered.class);
        ChatOutcome.Answered answered = (ChatOutcome.Answered) outcome;
        assertThat(answered.version()).isEqualTo(model + "@base");
        return answered.text();
    }

    private static long postmaster(DataFolder folder) throws Exception {
        return Long.parseLong(
                Files.readAllLines(folder.postgres().resolve("postmaster.pid")).getFirst().strip());
    }
}
