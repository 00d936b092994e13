package dev.rejoinder.preferences;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.proto.EventTopic;
import dev.rejoinder.proto.preferences.v1.JudgedReply;
import dev.rejoinder.proto.preferences.v1.Origin;
import dev.rejoinder.proto.preferences.v1.PreferencesServiceGrpc.PreferencesServiceBlockingStub;
import dev.rejoinder.proto.preferences.v1.ReplyVerdict;
import dev.rejoinder.proto.preferences.v1.StreamJudgedRepliesRequest;
import dev.rejoinder.proto.preferences.v1.StreamPairsRequest;
import dev.rejoinder.proto.preferences.v1.StreamPairsResponse;
import dev.rejoinder.proto.preferences.v1.SummarizePairsRequest;
import dev.rejoinder.proto.preferences.v1.SummarizePairsResponse;
import dev.rejoinder.proto.signals.v1.SignalEvent;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GrpcClient;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The service as it is deployed: its own wiring, gRPC, health and metrics. */
@QuarkusTest
@QuarkusTestResource(PartsResource.class)
class PreferencesServiceTest {
    @Inject Clients clients;

    @GrpcClient("preferences")
    PreferencesServiceBlockingStub preferences;

    @TestHTTPResource("/q/metrics")
    URI metrics;

    @TestHTTPResource("/q/health/ready")
    URI ready;

    @Test
    void pairsMinedFromTheTopicAreStreamedInOrderSummarisedAndCounted() throws Exception {
        publish(Signals.complaint("Dover"), Signals.satisfaction("Dover"));

        await().atMost(Duration.ofSeconds(30)).until(() -> stream(0, 0).size() == 5);

        List<StreamPairsResponse> all = stream(0, 0);
        assertThat(all).extracting(StreamPairsResponse::getPosition).isSorted();
        assertThat(stream(all.getFirst().getPosition(), 1)).containsExactly(all.get(1));
        SummarizePairsResponse summary =
                preferences.summarizePairs(SummarizePairsRequest.getDefaultInstance());
        assertThat(summary.getLastPosition()).isEqualTo(all.getLast().getPosition());
        assertThat(summary.getMinedList())
                .anySatisfy(count -> {
                    assertThat(count.getOrigin()).isEqualTo(Origin.ORIGIN_NATURAL_RETRY);
                    assertThat(count.getCount()).isOne();
                });
        assertThat(body(metrics))
                .contains("rejoinder_pairs_total{origin=\"on_policy\"} 4.0")
                .contains("rejoinder_pairs_total{origin=\"natural_retry\"} 1.0")
                .contains("rejoinder_pairs_rejected_total{reason=\"meta_talk\"}")
                .contains("rejoinder_preferences_signals_total{complaint=\"true\"} 1.0");
        assertThat(body(ready)).contains("\"status\": \"UP\"").contains("reads signals");
        assertThat(judged(0))
                .extracting(JudgedReply::getVerdict)
                .containsExactlyInAnyOrder(
                        ReplyVerdict.REPLY_VERDICT_DISSATISFIED,
                        ReplyVerdict.REPLY_VERDICT_SATISFIED);
        assertThat(judged(1)).hasSize(1);
    }

    @Test
    void aLimitOfJudgedRepliesOutsideItsRangeIsRefused() {
        assertThatThrownBy(() -> judged(10_001))
                .hasMessageContaining("INVALID_ARGUMENT")
                .hasMessageContaining("limit of 10001 is outside 1 to 10000");
    }

    @Test
    void aNegativePositionIsRefusedWithItsFieldAndRemedy() {
        assertThatThrownBy(() -> stream(-1, 0))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refusal ->
                                assertThat(refusal.getStatus().getCode())
                                        .isEqualTo(Status.Code.INVALID_ARGUMENT))
                .hasMessageContaining("after_position of -1 is below 0");
    }

    private void publish(SignalEvent... events) {
        try (Producer<String, byte[]> producer = clients.producer()) {
            for (SignalEvent event : events)
                producer.send(
                        new ProducerRecord<>(
                                EventTopic.SIGNALS.topic(),
                                event.getDetected().getConversationId(),
                                event.toByteArray()));
        }
    }

    private List<StreamPairsResponse> stream(long after, int limit) {
        List<StreamPairsResponse> pairs = new ArrayList<>();
        preferences
                .streamPairs(
                        StreamPairsRequest.newBuilder()
                                .setAfterPosition(after)
                                .setLimit(limit)
                                .build())
                .forEachRemaining(pairs::add);
        return pairs;
    }

    private List<JudgedReply> judged(int limit) {
        List<JudgedReply> replies = new ArrayList<>();
        preferences
                .streamJudgedReplies(
                        StreamJudgedRepliesRequest.newBuilder().setLimit(limit).build())
                .forEachRemaining(r -> replies.add(r.getReply()));
        return replies;
    }

    private static String body(URI uri) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
