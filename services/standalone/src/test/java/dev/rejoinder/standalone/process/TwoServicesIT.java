package dev.rejoinder.standalone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rejoinder.proto.signals.v1.SignalDetected;
import dev.rejoinder.standalone.client.ChatCall;
import dev.rejoinder.standalone.client.ChatClient;
import dev.rejoinder.standalone.client.ChatOutcome;
import dev.rejoinder.standalone.client.ChatTurn;
import dev.rejoinder.standalone.platform.LoopbackPort;
import dev.rejoinder.testkit.kafka.EmbeddedKafka;
import dev.rejoinder.testkit.model.TinyModel;
import dev.rejoinder.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each service starts alone from its own jar; the event log is all they share. */
class TwoServicesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Test
    void aTurnPassesFromTheInferenceProcessToTheSignalsProcessThroughABrokerThatComesLate(
            @TempDir Path folder) throws Exception {
        Path model = TinyModel.llama().write(folder.resolve("tiny"));
        int port = LoopbackPort.free();
        String broker = "127.0.0.1:" + port;
        try (ServiceProcess inference =
                        ServiceProcess.start(
                                "inference",
                                folder,
                                Map.of(
                                        "rejoinder.kafka.bootstrap-servers",
                                        broker,
                                        "rejoinder.model.source",
                                        model.toString(),
                                        "rejoinder.inference.spool.folder",
                                        folder.resolve("spool").toString()));
                ChatClient client = new ChatClient(inference.url())) {
            // Neither a broker nor a registry is there yet: chats go on, turns wait on disk.
            awaitReady(inference);
            String reply = say(client, ChatTurn.user("Why?"));
            say(
                    client,
                    ChatTurn.user("Why?"),
                    ChatTurn.assistant(reply),
                    ChatTurn.user("Thanks a lot!"));

            try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), port);
                    PostgresServer postgres = PostgresServer.temporary();
                    ServiceProcess signals = signals(folder, model, broker, postgres)) {
                awaitReady(signals);
                SignalDetected signal = SignalReader.first(kafka.bootstrapServers(), PATIENCE);
                assertThat(signal.getReply()).isEqualTo(reply);
                assertThat(signal.getFollowUp()).isEqualTo("Thanks a lot!");
                assertThat(signal.getVersion().getVersion()).isEqualTo("base");
            }
        }
    }

    private static ServiceProcess signals(
            Path folder, Path model, String broker, PostgresServer postgres) throws IOException {
        return ServiceProcess.start(
                "signals",
                folder,
                Map.of(
                        "rejoinder.kafka.bootstrap-servers",
                        broker,
                        "rejoinder.model.source",
                        model.toString(),
                        "quarkus.datasource.jdbc.url",
                        postgres.jdbcUrl()));
    }

    private static String say(ChatClient client, ChatTurn... turns) {
        ChatOutcome outcome =
                client.complete(
                        new ChatCall(
                                "tiny",
                                List.of(turns),
                                "ann",
                                OptionalInt.of(8),
                                ChatCall.Sampling.usual(1)));
        assertThat(outcome).isInstanceOf(ChatOutcome.Answered.class);
        return ((ChatOutcome.Answered) outcome).text();
    }

    private static void awaitReady(ServiceProcess service) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest probe =
                    HttpRequest.newBuilder(URI.create(service.url() + "/q/health/ready")).build();
            await().atMost(PATIENCE)
                    .failFast("it ended; see " + service.log(), () -> !service.isAlive())
                    .ignoreException(IOException.class)
                    .ignoreException(java.net.ConnectException.class)
                    .until(() ->
                            http.send(probe, HttpResponse.BodyHandlers.discarding()).statusCode()
                                    == 200);
        }
    }
}
