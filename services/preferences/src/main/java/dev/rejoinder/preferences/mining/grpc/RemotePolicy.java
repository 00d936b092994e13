package dev.rejoinder.preferences.mining.grpc;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.preferences.mining.Policy;
import dev.rejoinder.proto.chat.v1.FinishReason;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.chat.v1.Sampling;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import dev.rejoinder.proto.inference.v1.GenerateRequest;
import dev.rejoinder.proto.inference.v1.GenerateResponse;
import dev.rejoinder.proto.inference.v1.InferenceServiceGrpc.InferenceServiceBlockingStub;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The policy behind inference's gRPC. Several calls are under way at once. An inference that is
 * busy is waited for here, so that samples already made are not lost; one that is away fails the
 * batch, which comes again.
 */
public final class RemotePolicy implements Policy {
    private static final int BUSY_TRIES = 10;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

    private final InferenceServiceBlockingStub inference;
    private final CallSettings settings;

    public RemotePolicy(InferenceServiceBlockingStub inference, CallSettings settings) {
        this.inference = inference;
        this.settings = settings;
    }

    @Override
    public List<Samples> sample(List<Request> requests) {
        Semaphore slots = new Semaphore(settings.concurrency());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Samples>> calls = new ArrayList<>();
            for (Request request : requests)
                calls.add(threads.submit(() -> inSlot(slots, request)));
            try {
                List<Samples> samples = new ArrayList<>();
                for (Future<Samples> call : calls) samples.add(call.get());
                return samples;
            } catch (ExecutionException e) {
                threads.shutdownNow();
                if (e.getCause() instanceof RuntimeException failure) throw failure;
                throw new IllegalStateException("a sample failed", e.getCause());
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw Refusal.unavailable("interrupted while samples were drawn");
            }
        }
    }

    private Samples inSlot(Semaphore slots, Request request) throws InterruptedException {
        slots.acquire();
        try {
            return unlessBusy(request);
        } finally {
            slots.release();
        }
    }

    private Samples unlessBusy(Request request) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        for (int tries = 1; ; tries++) {
            try {
                return sampleOnce(request);
            } catch (StatusRuntimeException e) {
                boolean busy = e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED;
                if (!busy || tries == BUSY_TRIES) throw e;
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2);
            if (pause.compareTo(LONGEST_PAUSE) > 0) pause = LONGEST_PAUSE;
        }
    }

    /** Asks the very version; where it is retired, its model. */
    private Samples sampleOnce(Request request) {
        ModelVersion version = request.version();
        try {
            return call(version.getModelId() + "@" + version.getVersion(), request);
        } catch (StatusRuntimeException e) {
            if (!Reasons.is(e, ErrorReason.ERROR_REASON_MODEL_UNKNOWN)) throw e;
            return call(version.getModelId(), request);
        }
    }

    private Samples call(String model, Request request) {
        try {
            GenerateResponse response =
                    inference
                            .withDeadlineAfter(
                                    settings.generateTimeout().toMillis(), TimeUnit.MILLISECONDS)
                            .generate(message(model, request));
            return new Samples(
                    response.getVersion(),
                    response.getRepliesList().stream()
                            .map(reply ->
                                    new Sample(
                                            reply.getText().strip(),
                                            reply.getFinishReason()
                                                    == FinishReason.FINISH_REASON_STOP))
                            .toList());
        } catch (StatusRuntimeException e) {
            if (!Reasons.is(e, ErrorReason.ERROR_REASON_CONTEXT_EXCEEDED)) throw e;
            return new Samples(request.version(), List.of());
        }
    }

    private GenerateRequest message(String model, Request request) {
        return GenerateRequest.newBuilder()
                .setModel(model)
                .addAllMessages(request.messages())
                .setSampling(
                        Sampling.newBuilder()
                                .setTemperature(settings.temperature())
                                .setTopP(settings.topP())
                                .setSeed(request.seed())
                                .setMaxTokens(request.maxTokens()))
                .setN(request.count())
                .setConversationId(request.conversationId())
                .setRecord(false)
                .build();
    }
}
