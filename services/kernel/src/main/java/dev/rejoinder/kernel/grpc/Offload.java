package dev.rejoinder.kernel.grpc;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs the work of a gRPC call on a virtual thread of its own, so that the event loop stays free.
 *
 * <p>Stands in for Quarkus's {@code @Blocking} and {@code @RunOnVirtualThread}: on the shared HTTP
 * port they start the call later than its messages may arrive, and under load a call ends with
 * "Half-closed without a request" (Quarkus issue 48940, mended after the release used here).
 */
public final class Offload {
    private static final Executor VIRTUAL = Executors.newVirtualThreadPerTaskExecutor();

    private Offload() {}

    /** For Mutiny services: where a call's work is subscribed on. */
    public static Executor executor() {
        return VIRTUAL;
    }

    /** Answers with what the work returns, or with what it throws. */
    public static <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
        stream(observer, out -> out.onNext(work.get()));
    }

    /**
     * Lets the work send any number of messages; completes the call, or ends it with what was
     * thrown.
     */
    public static <T> void stream(StreamObserver<T> observer, Consumer<StreamObserver<T>> work) {
        VIRTUAL.execute(() -> {
            try {
                work.accept(observer);
            } catch (Throwable failure) {
                observer.onError(failure);
                return;
            }
            observer.onCompleted();
        });
    }
}
