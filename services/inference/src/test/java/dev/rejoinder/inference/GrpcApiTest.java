package dev.rejoinder.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.rpc.ErrorInfo;
import dev.rejoinder.proto.chat.v1.FinishReason;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.chat.v1.Sampling;
import dev.rejoinder.proto.inference.v1.GenerateRequest;
import dev.rejoinder.proto.inference.v1.GenerateResponse;
import dev.rejoinder.proto.inference.v1.InferenceServiceGrpc;
import dev.rejoinder.proto.inference.v1.JsonReply;
import dev.rejoinder.proto.inference.v1.ListModelsRequest;
import dev.rejoinder.proto.inference.v1.StreamGenerateRequest;
import dev.rejoinder.proto.inference.v1.StreamGenerateResponse;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(RunningNode.class)
class GrpcApiTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TestHTTPResource("/")
    URI root;

    @Inject MeterRegistry meters;

    private ManagedChannel channel;
    private InferenceServiceGrpc.InferenceServiceBlockingStub inference;

    @BeforeEach
    void connect() {
        channel =
                ManagedChannelBuilder.forAddress(root.getHost(), root.getPort())
                        .usePlaintext()
                        .build();
        inference = InferenceServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    private static GenerateRequest.Builder chat(int maxTokens) {
        return GenerateRequest.newBuilder()
                .addMessages(
                        Message.newBuilder().setRole(Role.ROLE_USER).setContent("Say something."))
                .setSampling(Sampling.newBuilder().setSeed(5).setMaxTokens(maxTokens));
    }

    private static StreamGenerateRequest stream(GenerateRequest.Builder chat) {
        return StreamGenerateRequest.newBuilder().setRequest(chat).build();
    }

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    @Test
    void aStreamJoinsToTheSameRepliesAsOneCall() {
        GenerateResponse whole = inference.generate(chat(10).setN(2).build());
        String[] joined = {"", ""};
        List<StreamGenerateResponse> pieces = new ArrayList<>();
        inference.streamGenerate(stream(chat(10).setN(2))).forEachRemaining(pieces::add);

        pieces.forEach(piece -> joined[piece.getIndex()] += piece.getText());
        assertThat(joined)
                .containsExactly(whole.getReplies(0).getText(), whole.getReplies(1).getText());
        assertThat(whole.getVersion().getVersion()).isEqualTo("base");
        assertThat(pieces).allMatch(piece -> piece.getVersion().equals(whole.getVersion()));
        assertThat(pieces.getLast().getUsage()).isEqualTo(whole.getUsage());
        assertThat(pieces)
                .filteredOn(p -> p.getFinishReason() != FinishReason.FINISH_REASON_UNSPECIFIED)
                .hasSize(2);
    }

    @Test
    void jsonAndTheDrawAreWishedForAsOverHttp() {
        GenerateRequest.Builder chat = chat(100);
        chat.setJson(JsonReply.newBuilder().setSchema("{\"enum\":[\"yes\",\"no\"]}"));
        chat.getSamplingBuilder().setTopK(30).setMinP(0.001).setFrequencyPenalty(0.5);

        String reply = inference.generate(chat.build()).getReplies(0).getText();

        assertThat(reply).isIn("\"yes\"", "\"no\"");
        chat.getSamplingBuilder().setMinP(2);
        assertThatThrownBy(() -> inference.generate(chat.build()))
                .hasMessageContaining("min_p of 2.0 is outside 0 to 1");
    }

    @Test
    void logProbsComeWithBytesAndAlternatives() {
        GenerateRequest.Builder chat = chat(4);
        chat.getSamplingBuilder().setLogprobs(true).setTopLogprobs(2);

        var reply = inference.generate(chat.build()).getReplies(0);

        assertThat(reply.getLogProbsList())
                .isNotEmpty()
                .allSatisfy(token -> {
                    assertThat(token.getLogProb()).isNegative();
                    assertThat(token.getTopList()).hasSize(2);
                });
    }

    @Test
    void aCancelledStreamFreesItsRow() {
        await().atMost(SOON).until(() -> gauge("rejoinder.queue.running") == 0);
        GenerateRequest.Builder chat = chat(1900);
        chat.getSamplingBuilder().setTemperature(0);
        Context.CancellableContext cancellable = Context.current().withCancellation();
        cancellable.run(() -> {
            Iterator<StreamGenerateResponse> pieces = inference.streamGenerate(stream(chat));
            assertThat(pieces.next().getText()).isNotNull();
            assertThat(gauge("rejoinder.queue.running")).isEqualTo(1);
        });

        double before = completionTokens();

        cancellable.cancel(null);

        await().atMost(SOON).until(() -> gauge("rejoinder.queue.running") == 0);
        await().atMost(SOON).until(() -> completionTokens() > before);
        assertThat(completionTokens() - before).isLessThan(1900);
    }

    private double completionTokens() {
        return meters.counter("rejoinder.tokens", "kind", "completion").count();
    }

    @Test
    void onlyChatsThatAskForItAreRecorded() {
        String sample = inference.generate(chat(3).build()).getCompletionId();
        String kept = inference.generate(chat(3).setRecord(true).build()).getCompletionId();

        try (RecordedTurns turns = new RecordedTurns(RunningNode.bootstrapServers())) {
            turns.of(kept);
            assertThat(turns.until(all -> true))
                    .noneMatch(e -> e.getRecorded().getCompletionId().equals(sample));
        }
    }

    @Test
    void aWrongChatIsRefusedWithAReasonAProgramCanSwitchOn() {
        assertThatThrownBy(() -> inference.generate(chat(5).setN(99).build()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> {
                            assertThat(refused.getStatus().getCode())
                                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
                            ErrorInfo info = info(refused);
                            assertThat(info.getReason()).isEqualTo("ERROR_REASON_FIELD_INVALID");
                            assertThat(info.getMetadataMap())
                                    .containsEntry("field", "n")
                                    .containsEntry("value", "99")
                                    .containsEntry("limit", "1 to 16");
                        });
        assertThatThrownBy(() -> inference.generate(chat(5).setModel("other").build()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused ->
                                assertThat(refused.getStatus().getCode())
                                        .isEqualTo(Status.Code.NOT_FOUND));
        assertThatThrownBy(
                        () -> inference.streamGenerate(stream(chat(5).clearMessages())).hasNext())
                .hasMessageContaining("messages is empty");
    }

    @Test
    void aNameOfAnyLengthStillComesBackAsARefusal() {
        assertThatThrownBy(() -> inference.generate(chat(5).setModel("x".repeat(100_000)).build()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused ->
                                assertThat(refused.getStatus().getCode())
                                        .isEqualTo(Status.Code.NOT_FOUND));
    }

    private static ErrorInfo info(StatusRuntimeException refused) {
        try {
            return StatusProto.fromThrowable(refused).getDetails(0).unpack(ErrorInfo.class);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theServedVersionsAreListed() {
        var models = inference.listModels(ListModelsRequest.getDefaultInstance()).getModelsList();

        assertThat(models).hasSize(1);
        assertThat(models.getFirst().getShare()).isEqualTo(1);
        assertThat(models.getFirst().getContextLength()).isEqualTo(RunningNode.CONTEXT);
        assertThat(models.getFirst().getVersion().getBaseDigest()).hasSize(64);
    }
}
