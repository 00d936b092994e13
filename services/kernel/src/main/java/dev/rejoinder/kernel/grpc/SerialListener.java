package dev.rejoinder.kernel.grpc;

import io.grpc.Context;
import io.grpc.ServerCall;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/** Passes a call's events on in their order, one at a time, on a virtual thread. */
final class SerialListener<Q> extends ServerCall.Listener<Q> {
    private final ServerCall.Listener<Q> delegate;
    private final Consumer<Throwable> failed;
    private final Context context = Context.current();
    private final Object waitingLock = new Object();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    /**
     * @param failed told what an event's handler threw
     */
    SerialListener(ServerCall.Listener<Q> delegate, Consumer<Throwable> failed) {
        this.delegate = delegate;
        this.failed = failed;
    }

    @Override
    public void onMessage(Q message) {
        pass(() -> delegate.onMessage(message));
    }

    @Override
    public void onHalfClose() {
        pass(delegate::onHalfClose);
    }

    @Override
    public void onCancel() {
        pass(delegate::onCancel);
    }

    @Override
    public void onComplete() {
        pass(delegate::onComplete);
    }

    @Override
    public void onReady() {
        pass(delegate::onReady);
    }

    private void pass(Runnable event) {
        synchronized (waitingLock) {
            waiting.add(event);
            if (running) return;
            running = true;
        }
        Thread.ofVirtual().name("grpc-call").start(this::drain);
    }

    private void drain() {
        while (true) {
            Runnable event;
            synchronized (waitingLock) {
                event = waiting.poll();
                if (event == null) {
                    running = false;
                    return;
                }
            }
            try {
                context.run(event);
            } catch (RuntimeException | Error e) {
                failed.accept(e);
            }
        }
    }
}
