package dev.rejoinder.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.rpc.ErrorInfo;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.registry.v1.Lineage;
import dev.rejoinder.proto.registry.v1.ListVersionsRequest;
import dev.rejoinder.proto.registry.v1.ListVersionsResponse;
import dev.rejoinder.proto.registry.v1.PromoteRequest;
import dev.rejoinder.proto.registry.v1.RegisterBaseRequest;
import dev.rejoinder.proto.registry.v1.RegisterCandidateRequest;
import dev.rejoinder.proto.registry.v1.RegistryServiceGrpc;
import dev.rejoinder.proto.registry.v1.RollbackRequest;
import dev.rejoinder.proto.registry.v1.Route;
import dev.rejoinder.proto.registry.v1.Stage;
import dev.rejoinder.proto.registry.v1.Version;
import dev.rejoinder.proto.reward.v1.RewardServiceGrpc;
import dev.rejoinder.proto.reward.v1.ScoreFollowUpsRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole application over gRPC, with a real database and without Kafka. */
@QuarkusTest
@WithTestResource(DatabaseWithoutKafka.class)
class RegistryApplicationTest {
    private static final String BASE = "b".repeat(64);

    @TestHTTPResource URI root;
    private ManagedChannel channel;
    private RegistryServiceGrpc.RegistryServiceBlockingStub registry;

    @BeforeEach
    void connect() {
        channel =
                ManagedChannelBuilder.forAddress("127.0.0.1", root.getPort())
                        .usePlaintext()
                        .build();
        registry = RegistryServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    @Test
    void aVersionGoesThroughItsLifeAlthoughKafkaIsAway() {
        registerBase("life");
        Version canary = register("life", "1");
        assertThat(canary.getVersion().getVersion()).isEqualTo("v1-11111111");
        assertThat(canary.getStage()).isEqualTo(Stage.STAGE_CANARY);
        assertThat(register("life", "1").getVersion()).isEqualTo(canary.getVersion());

        List<Route> promoted =
                registry.promote(
                                PromoteRequest.newBuilder()
                                        .setModelId("life")
                                        .setVersion("v1-11111111")
                                        .setReason("we like it")
                                        .build())
                        .getRouting()
                        .getRoutesList();
        List<Route> back =
                registry.rollback(RollbackRequest.newBuilder().setModelId("life").build())
                        .getRouting()
                        .getRoutesList();

        assertThat(promoted)
                .extracting(
                        r -> r.getVersion().getVersion(), Route::getShare, Route::getArtifactUri)
                .containsExactly(tuple("v1-11111111", 1.0, "file:///adapters/1"));
        assertThat(back).extracting(r -> r.getVersion().getVersion()).containsExactly("base");
        Version after = list("life", 1, "").getVersions(0);
        assertThat(after.getStage()).isEqualTo(Stage.STAGE_REJECTED);
        assertThat(after.getHistoryList())
                .extracting(h -> h.getReason())
                .containsExactly(
                        "registered by run r1",
                        "its turn: share 0.30",
                        "we like it",
                        "rolled back by an operator");
        assertThat(after.getEvidence().getEBetter()).isEqualTo(1);
    }

    @Test
    void pagesTogetherAreAllVersionsNewestFirst() {
        registerBase("paged");
        for (int i = 1; i <= 5; i++) register("paged", String.valueOf(i));

        List<String> names = new ArrayList<>();
        String token = "";
        do {
            ListVersionsResponse page = list("paged", 2, token);
            assertThat(page.getVersionsCount()).isLessThanOrEqualTo(2);
            assertThat(page.getRoutingsList()).hasSize(1);
            page.getVersionsList().forEach(v -> names.add(v.getVersion().getVersion()));
            token = page.getNextPageToken();
        } while (!token.isEmpty());

        assertThat(names)
                .containsExactly(
                        "v5-55555555",
                        "v4-44444444",
                        "v3-33333333",
                        "v2-22222222",
                        "v1-11111111",
                        "base");
    }

    @Test
    void requestsThatCannotBeAreRefusedWithTheReason() throws Exception {
        registerBase("refused");

        assertRefused(
                () -> list("", 101, ""),
                Status.Code.INVALID_ARGUMENT,
                "ERROR_REASON_FIELD_INVALID",
                "page_size of 101 is not between 0 and 100");
        assertRefused(
                () -> list("", 1, "not ours!"),
                Status.Code.INVALID_ARGUMENT,
                "ERROR_REASON_FIELD_INVALID",
                "page_token");
        assertRefused(
                () -> register("unheard-of", "1"),
                Status.Code.FAILED_PRECONDITION,
                "ERROR_REASON_MODEL_UNKNOWN",
                "register the base first");
        assertRefused(
                () -> registry.rollback(RollbackRequest.newBuilder().setModelId("refused").build()),
                Status.Code.FAILED_PRECONDITION,
                "ERROR_REASON_TRANSITION_REFUSED",
                "no canary to end");
        assertRefused(
                () ->
                        registry.promote(
                                PromoteRequest.newBuilder()
                                        .setModelId("refused")
                                        .setVersion("v9-99999999")
                                        .build()),
                Status.Code.NOT_FOUND,
                "ERROR_REASON_NOT_FOUND",
                "there is no version \"v9-99999999\"");
        assertRefused(
                () -> register("refused", "X"),
                Status.Code.INVALID_ARGUMENT,
                "ERROR_REASON_FIELD_INVALID",
                "adapter_digest of 64 characters must be a SHA-256");
    }

    @Test
    void aRefusalOfAMutinyServiceReachesTheClientWithItsReasonToo() throws Exception {
        assertRefused(
                () ->
                        RewardServiceGrpc.newBlockingStub(channel)
                                .scoreFollowUps(ScoreFollowUpsRequest.getDefaultInstance()),
                Status.Code.UNAVAILABLE,
                "ERROR_REASON_DEPENDENCY_AWAY",
                "the scorer is away");
    }

    @Test
    void withoutKafkaTheRegistryIsReadyAndSaysThatItIsNotWell() throws Exception {
        registerBase("watched");

        assertThat(get("/q/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/q/health/well").body()).contains("\"signals\": false");
        assertThat(get("/q/metrics").body())
                .contains("rejoinder_versions{model=\"watched\",stage=\"champion\"} 1.0");
    }

    private HttpResponse<String> get(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(root.resolve(path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private void registerBase(String modelId) {
        registry.registerBase(
                RegisterBaseRequest.newBuilder()
                        .setVersion(
                                ModelVersion.newBuilder()
                                        .setModelId(modelId)
                                        .setVersion("base")
                                        .setBaseDigest(BASE))
                        .build());
    }

    private Version register(String modelId, String digit) {
        return registry.registerCandidate(
                        RegisterCandidateRequest.newBuilder()
                                .setModelId(modelId)
                                .setBaseDigest(BASE)
                                .setAdapterDigest(digit.repeat(64))
                                .setArtifactUri("file:///adapters/" + digit)
                                .setLineage(Lineage.newBuilder().setRunId("r" + digit))
                                .build())
                .getVersion();
    }

    private ListVersionsResponse list(String modelId, int size, String token) {
        return registry.listVersions(
                ListVersionsRequest.newBuilder()
                        .setModelId(modelId)
                        .setPageSize(size)
                        .setPageToken(token)
                        .build());
    }

    private static void assertRefused(
            Runnable call, Status.Code code, String reason, String message) throws Exception {
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, call::run);
        assertThat(failure).hasMessageContaining(message);
        assertThat(failure.getStatus().getCode()).isEqualTo(code);
        assertThat(
                        StatusProto.fromThrowable(failure)
                                .getDetails(0)
                                .unpack(ErrorInfo.class)
                                .getReason())
                .isEqualTo(reason);
    }
}
