package dev.rejoinder.preferences;

import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.grpc.RefusalInterceptor;
import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.proto.chat.v1.FinishReason;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import dev.rejoinder.proto.inference.v1.GenerateRequest;
import dev.rejoinder.proto.inference.v1.GenerateResponse;
import dev.rejoinder.proto.inference.v1.InferenceServiceGrpc.InferenceServiceImplBase;
import dev.rejoinder.proto.inference.v1.Reply;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps inference's contract with a model that is a hash: what it says follows from the chat, the
 * seed and the index, so the same request gets the same replies. It answers a first request at
 * length, and one that comes after a reply, or with a system message, in one sentence of some
 * variety.
 */
public final class TestingInference extends InferenceServiceImplBase {
    static final int LONG_REPLY_WORDS = 40;
    private static final int MOST_REPLIES = 16;

    private static final List<String> SUBJECTS =
            List.of("tide", "moon", "river", "glacier", "desert", "forest", "island", "volcano");
    private static final List<String> VERBS = List.of("pulls", "moves", "shapes", "feeds", "cools");
    private static final List<String> PLACES =
            List.of("every shore", "deep water", "its neighbour", "the whole coast", "a valley");

    /** Requests in the order they came, refused ones too. */
    final ConcurrentLinkedQueue<GenerateRequest> requests = new ConcurrentLinkedQueue<>();

    /** How many of the next calls fail as if the service were away. */
    final AtomicInteger away = new AtomicInteger();

    /** How many of the next calls are turned away as too many. */
    final AtomicInteger busy = new AtomicInteger();

    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateResponse> observer) {
        requests.add(request);
        try {
            observer.onNext(answer(request));
            observer.onCompleted();
        } catch (Refusal refusal) {
            observer.onError(RefusalInterceptor.toStatus(refusal));
        } catch (RuntimeException failure) {
            observer.onError(failure);
        }
    }

    private GenerateResponse answer(GenerateRequest request) {
        if (away.getAndUpdate(n -> Math.max(0, n - 1)) > 0)
            throw Status.UNAVAILABLE.withDescription("inference is away").asRuntimeException();
        if (busy.getAndUpdate(n -> Math.max(0, n - 1)) > 0)
            throw new Refusal(
                    Refusal.Kind.EXHAUSTED,
                    ErrorReason.ERROR_REASON_QUEUE_FULL,
                    "the queue is full",
                    Map.of("retry_after_seconds", "1"));
        check(request);
        GenerateResponse.Builder response = GenerateResponse.newBuilder().setVersion(Signals.BASE);
        for (int i = 0; i < Math.max(1, request.getN()); i++)
            response.addReplies(
                    Reply.newBuilder()
                            .setIndex(i)
                            .setText(text(request, i))
                            .setFinishReason(FinishReason.FINISH_REASON_STOP));
        return response.build();
    }

    private static void check(GenerateRequest request) {
        ModelVersion base = Signals.BASE;
        List<String> served =
                List.of("", base.getModelId(), base.getModelId() + "@" + base.getVersion());
        if (!served.contains(request.getModel()))
            throw new Refusal(
                    Refusal.Kind.NOT_FOUND,
                    ErrorReason.ERROR_REASON_MODEL_UNKNOWN,
                    "model \"" + request.getModel() + "\" is not served",
                    Map.of("model", request.getModel()));
        if (request.getN() < 0 || request.getN() > MOST_REPLIES)
            throw Refusal.invalid("n", "n of " + request.getN() + " is not in 1 to 16");
        if (request.getMessagesCount() == 0
                || request.getMessages(request.getMessagesCount() - 1).getRole() != Role.ROLE_USER)
            throw Refusal.invalid("messages", "the chat must end with a user message");
        if (request.toByteString().size() > 20_000)
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    ErrorReason.ERROR_REASON_CONTEXT_EXCEEDED,
                    "the chat does not fit",
                    Map.of("limit", "20000"));
    }

    private static String text(GenerateRequest request, int index) {
        StringBuilder chat = new StringBuilder();
        boolean told = false;
        for (Message message : request.getMessagesList()) {
            chat.append(message.getRole()).append(message.getContent());
            told |= message.getRole() != Role.ROLE_USER;
        }
        String digest =
                Digests.sha256(
                        chat.toString(),
                        String.valueOf(request.getSampling().getSeed()),
                        String.valueOf(index));
        return told ? sentence(digest, 0) : essay(digest);
    }

    private static String sentence(String digest, int at) {
        return "The %s %s %s through the %s beside the ocean."
                .formatted(
                        pick(SUBJECTS, digest, at),
                        pick(VERBS, digest, at + 1),
                        pick(PLACES, digest, at + 2),
                        pick(SUBJECTS, digest, at + 3));
    }

    private static String essay(String digest) {
        StringBuilder essay = new StringBuilder();
        for (int i = 0; essay.toString().split(" ").length < LONG_REPLY_WORDS; i += 4)
            essay.append(sentence(digest, i)).append(' ');
        return essay.toString().strip();
    }

    private static String pick(List<String> from, String digest, int at) {
        return from.get(Integer.parseInt(digest.substring(2 * at, 2 * at + 2), 16) % from.size());
    }
}
