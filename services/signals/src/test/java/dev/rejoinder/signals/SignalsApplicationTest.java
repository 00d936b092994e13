package dev.rejoinder.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.signals.v1.Chat;
import dev.rejoinder.proto.signals.v1.DetectRequest;
import dev.rejoinder.proto.signals.v1.DetectResponse;
import dev.rejoinder.proto.signals.v1.SignalsServiceGrpc;
import dev.rejoinder.proto.signals.v1.Verdict;
import dev.rejoinder.testkit.kafka.EmbeddedKafka;
import dev.rejoinder.testkit.model.TinyModel;
import dev.rejoinder.testkit.postgres.PostgresServer;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service as it runs alone, with a tiny model that is read by rules. */
@QuarkusTest
@QuarkusTestResource(SignalsApplicationTest.Surroundings.class)
class SignalsApplicationTest {
    /** A broker, a database and a model. */
    public static final class Surroundings implements QuarkusTestResourceLifecycleManager {
        private EmbeddedKafka kafka;
        private PostgresServer postgres;

        @Override
        public Map<String, String> start() {
            try {
                Path folder = Files.createTempDirectory("signals-test");
                kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                postgres = PostgresServer.temporary();
                Path model = TinyModel.llama().write(folder.resolve("model"));
                return Map.of(
                        "rejoinder.kafka.bootstrap-servers", kafka.bootstrapServers(),
                        "quarkus.datasource.jdbc.url", postgres.jdbcUrl(),
                        "rejoinder.model.source", model.toString(),
                        "quarkus.http.test-port", "0");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            if (postgres != null) postgres.close();
            if (kafka != null) kafka.close();
        }
    }

    @TestHTTPResource("/")
    URI root;

    private ManagedChannel channel;
    private SignalsServiceGrpc.SignalsServiceBlockingStub signals;

    @BeforeEach
    void connect() {
        channel =
                ManagedChannelBuilder.forAddress(root.getHost(), root.getPort())
                        .usePlaintext()
                        .build();
        signals = SignalsServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    private static Message message(Role role, String content) {
        return Message.newBuilder().setRole(role).setContent(content).build();
    }

    private String get(String path) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(root.resolve(path)).build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFollowUpIsReadOverGrpc() {
        Chat chat =
                Chat.newBuilder()
                        .addMessages(message(Role.ROLE_USER, "Where do storks sleep?"))
                        .addMessages(message(Role.ROLE_ASSISTANT, "On one leg."))
                        .addMessages(message(Role.ROLE_USER, "Thank you!"))
                        .build();

        DetectResponse response = signals.detect(DetectRequest.newBuilder().addChats(chat).build());

        assertThat(response.getSignals(0).getSatVerdict()).isEqualTo(Verdict.VERDICT_YES);
        assertThat(response.getSignals(0).getDetector()).isEqualTo("rules/1");
    }

    @Test
    void aChatWithoutAFollowUpIsRefusedWithItsPlaceAndReason() throws IOException {
        Chat chat = Chat.newBuilder().addMessages(message(Role.ROLE_USER, "a")).build();

        StatusRuntimeException refused =
                catchThrowableOfType(
                        StatusRuntimeException.class,
                        () -> signals.detect(DetectRequest.newBuilder().addChats(chat).build()));

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        Any detail = StatusProto.fromThrowable(refused).getDetails(0);
        assertThat(detail.unpack(ErrorInfo.class).getMetadataMap())
                .containsEntry("field", "chats[0]");
    }

    @Test
    void healthNamesTheDetectorAndMetricsAreUnderOurName() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(get("/q/health/ready"))
                                .contains("rules/1")
                                .containsPattern("\"kafka\":\\s*true"));
        assertThat(get("/q/metrics"))
                .contains("rejoinder_signals_total{kind=\"dsat\",verdict=\"yes\"}");
    }
}
