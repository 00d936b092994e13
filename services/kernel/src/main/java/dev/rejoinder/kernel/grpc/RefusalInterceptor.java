package dev.rejoinder.kernel.grpc;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.log.Log;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.context.ApplicationScoped;
import org.jdbi.v3.core.ConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * Turns a {@link Refusal} into a {@code google.rpc.Status} with one {@code ErrorInfo}, whichever
 * way a service gives it: thrown from a method, sent by {@code onError}, or as a failed {@code Uni}
 * or {@code Multi}. A database that cannot be reached is UNAVAILABLE. Any other exception is logged
 * and becomes UNKNOWN, without a word of its message.
 */
@ApplicationScoped
@GlobalInterceptor
public class RefusalInterceptor implements ServerInterceptor {
    private static final Log LOG = Log.of(RefusalInterceptor.class);
    private static final String DOMAIN = "rejoinder.dev";

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        RefusingCall<Q, R> refusing = new RefusingCall<>(call);
        return new ThrownRefusals<>(next.startCall(refusing, headers), refusing);
    }

    /** Maps the status that a service closes the call with. */
    static final class RefusingCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private volatile boolean closed;

        RefusingCall(ServerCall<Q, R> call) {
            super(call);
        }

        @Override
        public void close(io.grpc.Status status, Metadata trailers) {
            closed = true;
            Refusal refusal = refusalBehind(status.getCause());
            if (refusal == null) {
                super.close(withoutWords(status), trailers);
                return;
            }
            StatusRuntimeException mapped = toStatus(refusal);
            trailers.merge(mapped.getTrailers());
            super.close(mapped.getStatus(), trailers);
        }

        /** Quarkus puts an exception's class and message into the description. */
        private io.grpc.Status withoutWords(io.grpc.Status status) {
            Throwable cause = status.getCause();
            if (cause == null || status.getCode() != io.grpc.Status.Code.UNKNOWN) return status;
            LOG.error("call failed", cause, "service", getMethodDescriptor().getFullMethodName());
            return io.grpc.Status.UNKNOWN.withDescription("our fault; the server's log says why");
        }

        boolean isClosed() {
            return closed;
        }
    }

    static @Nullable Refusal refusalBehind(@Nullable Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof Refusal refusal) return refusal;
            if (t instanceof ConnectionException)
                return Refusal.unavailable("the database cannot be reached; try again");
        }
        return null;
    }

    /** The status a client sees. */
    public static StatusRuntimeException toStatus(Refusal refusal) {
        ErrorInfo info =
                ErrorInfo.newBuilder()
                        .setDomain(DOMAIN)
                        .setReason(refusal.reason().name())
                        .putAllMetadata(refusal.metadata())
                        .build();
        return StatusProto.toStatusRuntimeException(
                Status.newBuilder()
                        .setCode(code(refusal.kind()).value())
                        .setMessage(String.valueOf(refusal.getMessage()))
                        .addDetails(Any.pack(info))
                        .build());
    }

    private static io.grpc.Status.Code code(Refusal.Kind kind) {
        return switch (kind) {
            case INVALID -> io.grpc.Status.Code.INVALID_ARGUMENT;
            case NOT_FOUND -> io.grpc.Status.Code.NOT_FOUND;
            case PRECONDITION -> io.grpc.Status.Code.FAILED_PRECONDITION;
            case EXHAUSTED -> io.grpc.Status.Code.RESOURCE_EXHAUSTED;
            case UNAVAILABLE -> io.grpc.Status.Code.UNAVAILABLE;
        };
    }
}
