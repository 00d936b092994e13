package dev.rejoinder.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.reward.v1.FollowedChat;
import dev.rejoinder.proto.reward.v1.RewardServiceGrpc;
import dev.rejoinder.proto.reward.v1.RewardedChat;
import dev.rejoinder.proto.reward.v1.ScoreFollowUpsRequest;
import dev.rejoinder.proto.reward.v1.ScoreFollowUpsResponse;
import dev.rejoinder.proto.reward.v1.ScoreRepliesRequest;
import dev.rejoinder.proto.reward.v1.ScoreRepliesResponse;
import dev.rejoinder.testkit.model.TinyModel;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service as it runs alone, without a broker and without a database. */
@QuarkusTest
@QuarkusTestResource(RewardApplicationTest.Surroundings.class)
class RewardApplicationTest {
    /** A model, and an address where no broker is. */
    public static final class Surroundings implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            try {
                return Map.of(
                        "rejoinder.kafka.bootstrap-servers",
                        "127.0.0.1:1",
                        "rejoinder.model.source",
                        TinyModel.llama()
                                .write(Files.createTempDirectory("reward-test"))
                                .toString(),
                        "quarkus.http.test-port",
                        "0");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {}
    }

    @TestHTTPResource("/")
    URI root;

    private ManagedChannel channel;
    private RewardServiceGrpc.RewardServiceBlockingStub rewards;

    @BeforeEach
    void connect() {
        channel =
                ManagedChannelBuilder.forAddress(root.getHost(), root.getPort())
                        .usePlaintext()
                        .build();
        rewards = RewardServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    private static List<Message> chat(String reply) {
        return List.of(
                Message.newBuilder().setRole(Role.ROLE_USER).setContent("hi").build(),
                Message.newBuilder().setRole(Role.ROLE_ASSISTANT).setContent(reply).build());
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
    void repliesAndFollowUpsAreScoredOverGrpc() {
        ScoreRepliesResponse replies =
                rewards.scoreReplies(
                        ScoreRepliesRequest.newBuilder()
                                .addChats(RewardedChat.newBuilder().addAllMessages(chat("hello")))
                                .build());
        ScoreFollowUpsResponse followUps =
                rewards.scoreFollowUps(
                        ScoreFollowUpsRequest.newBuilder()
                                .addChats(
                                        FollowedChat.newBuilder()
                                                .addAllMessages(chat("hello"))
                                                .addFollowUps("thanks"))
                                .build());

        assertThat(replies.getRewards(0).getDimensionsList()).hasSize(6);
        assertThat(replies.getRewards(0).getScorer()).isEqualTo("flr/1");
        assertThat(followUps.getScores(0).getReplyLogProbsCount()).isEqualTo("hello".length());
        assertThat(followUps.getScores(0).getFollowUps(0).getTokens()).isEqualTo("thanks".length());
    }

    @Test
    void aReplyBeyondTheContextIsRefusedWithBothSizes() {
        StatusRuntimeException refused =
                catchThrowableOfType(
                        StatusRuntimeException.class,
                        () ->
                                rewards.scoreReplies(
                                        ScoreRepliesRequest.newBuilder()
                                                .addChats(
                                                        RewardedChat.newBuilder()
                                                                .addAllMessages(
                                                                        chat("z".repeat(600))))
                                                .build()));

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused.getStatus().getDescription()).contains("the limit is 512");
    }

    @Test
    void withoutABrokerTheServiceIsReadyAndSaysWhatIsAway() {
        assertThat(get("/q/health/ready"))
                .contains("\"status\": \"UP\"")
                .containsPattern("\"kafka\":\\s*false")
                .contains("flr/1");
        assertThat(get("/q/metrics")).contains("rejoinder_rewards_total{outcome=\"scored\"}");
    }
}
