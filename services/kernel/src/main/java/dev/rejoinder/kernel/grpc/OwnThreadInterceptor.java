package dev.rejoinder.kernel.grpc;

import dev.rejoinder.kernel.log.Log;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.spi.Prioritized;

/**
 * Every call's methods run on a virtual thread of its own, so that they may block; the event loop
 * only starts the call. Methods therefore carry neither {@code @Blocking} nor
 * {@code @RunOnVirtualThread}: with them Quarkus 3.31 asks for a call's message on the other
 * thread, too late under load, and the call fails with "Half-closed without a request" or never
 * ends (Quarkus issue 48940).
 */
@ApplicationScoped
@GlobalInterceptor
public class OwnThreadInterceptor implements ServerInterceptor, Prioritized {
    private static final Log LOG = Log.of(OwnThreadInterceptor.class);

    /** Inside Quarkus's own, which bind the event loop; outside ours, which see what is thrown. */
    private static final int PRIORITY = 1000;

    @Override
    public int getPriority() {
        return PRIORITY;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        ClosingCall<Q, R> closing = new ClosingCall<>(call);
        return new SerialListener<>(next.startCall(closing, headers), closing::fail);
    }

    /** Ends the call for what a method threw, unless it has ended. */
    private static final class ClosingCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private volatile boolean closed;

        ClosingCall(ServerCall<Q, R> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            closed = true;
            super.close(status, trailers);
        }

        void fail(Throwable thrown) {
            LOG.error("call failed", thrown, "service", getMethodDescriptor().getFullMethodName());
            if (closed || isCancelled()) return;
            close(
                    Status.UNKNOWN.withDescription("our fault; the server's log says why"),
                    new Metadata());
        }
    }
}
