package dev.rejoinder.inference.chat.grpc;

import dev.rejoinder.inference.chat.ReplyListener;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.grpc.RefusalInterceptor;
import dev.rejoinder.kernel.log.Log;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.CompletableFuture;

/** One gRPC call, answered from a virtual thread; a client that cancels is noticed at once. */
final class GrpcCall<R> {
    private static final Log LOG = Log.of(GrpcCall.class);

    private final ServerCallStreamObserver<R> observer;
    private final CompletableFuture<Void> gone = ClientGone.current();

    GrpcCall(ServerCallStreamObserver<R> observer) {
        this.observer = observer;
        observer.setOnCancelHandler(() -> gone.complete(null));
    }

    void begun(ReplyListener.Begun chat) {
        gone.thenRun(chat.cancel());
    }

    void send(R message) {
        if (!gone.isDone()) observer.onNext(message);
    }

    /** Runs the work on a thread of its own and closes the call with its outcome. */
    void answer(Runnable work) {
        Thread.ofVirtual().name("grpc-chat").start(() -> complete(work));
    }

    private void complete(Runnable work) {
        try {
            work.run();
            if (!gone.isDone()) observer.onCompleted();
        } catch (Refusal refusal) {
            fail(RefusalInterceptor.toStatus(refusal));
        } catch (RuntimeException e) {
            if (!gone.isDone()) LOG.error("a call failed", e);
            fail(
                    Status.INTERNAL
                            .withDescription("the server failed; its log says why")
                            .asRuntimeException());
        }
    }

    private void fail(RuntimeException status) {
        if (!gone.isDone()) observer.onError(status);
    }
}
