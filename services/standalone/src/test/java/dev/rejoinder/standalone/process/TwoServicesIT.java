package dev.rejoinder.standalone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rejoinder.proto.signals.v1.SignalDetected;
import dev.rejoinder.standalone.client.ChatCall;
import dev.rejoinder.standalone.client.ChatClient;
import dev.rejoinder.standalone.client.ChatOutcome;
import dev.rejoinder.standalone.client.ChatTurn;
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
    void aTurnPassesFromTheInferenceProcessToTheSignalsProcessThroughTheBroker(@TempDir Path folder)
            throws Exception {
        Path model = TinyModel.llama().write(folder.resolve("tiny"));
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                PostgresServer postgres = PostgresServer.temporary();
                ServiceProcess inference =
                        ServiceProcess.start(
                                "inference",
                                folder,
                                Map.of(
                                        "rejoinder.kafka.bootstrap-servers",
                                        kafka.bootstrapServers(),
                                        "rejoinder.model.source",
                                        model.toString(),
                                        "rejoinder.inference.spool.folder",
                                        folder.resolve("spool").toString()));
                ServiceProcess signals =
                        ServiceProcess.start(
                                "signals",
                                folder,
                                Map.of(
                                        "rejoinder.kafka.bootstrap-servers",
                                        kafka.bootstrapServers(),
                                        "rejoinder.model.source",
                                        model.toString(),
                                        "quarkus.datasource.jdbc.url",
                                        postgres.jdbcUrl()));
                ChatClient client = new ChatClient(inference.url())) {
            awaitReady(inference);

            String reply = say(client, ChatTurn.user("Why?"));
            say(
                    client,
                    ChatTurn.user("Why?"),
                    ChatTurn.assistant(reply),
                    ChatTurn.user("Thanks a lot!"));

            awaitReady(signals);
            SignalDetected signal = SignalReader.first(kafka.bootstrapServers(), PATIENCE);
            assertThat(signal.getReply()).isEqualTo(reply);
            assertThat(signal.getFollowUp()).isEqualTo("Thanks a lot!");
            assertThat(signal.getVersion().getVersion()).isEqualTo("base");
        }
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
