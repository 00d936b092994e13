package dev.rejoinder.kernel.grpc;

import dev.rejoinder.kernel.error.Refusal;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * Closes the call for a refusal that a service throws. Left alone, gRPC closes the stream below the
 * call, where no interceptor sees it, with a bare UNKNOWN.
 */
final class ThrownRefusals<Q> extends SimpleForwardingServerCallListener<Q> {
    private final RefusalInterceptor.RefusingCall<Q, ?> call;

    ThrownRefusals(ServerCall.Listener<Q> delegate, RefusalInterceptor.RefusingCall<Q, ?> call) {
        super(delegate);
        this.call = call;
    }

    @Override
    public void onMessage(Q message) {
        refusing(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
        refusing(super::onHalfClose);
    }

    @Override
    public void onReady() {
        refusing(super::onReady);
    }

    private void refusing(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            Refusal refusal = RefusalInterceptor.refusalBehind(e);
            if (refusal == null || call.isClosed()) throw e;
            call.close(Status.UNKNOWN.withCause(refusal), new Metadata());
        }
    }
}
