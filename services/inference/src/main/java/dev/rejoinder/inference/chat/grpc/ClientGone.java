package dev.rejoinder.inference.chat.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells a call when its client cancels it. Vert.x's gRPC server (4.5) does not, once the request
 * has been read, which is before a streamed answer even begins; the HTTP/2 stream's end is seen
 * here instead and joined with the call by a header that only this process sets.
 */
@ApplicationScoped
public class ClientGone implements ServerInterceptor {
    private static final String HEADER = "x-rejoinder-call";
    private static final Metadata.Key<String> CALL =
            Metadata.Key.of(HEADER, Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<CompletableFuture<Void>> GONE = Context.key(HEADER);
    private static final String PATH = "/rejoinder.inference.v1.InferenceService/*";
    private static final int FIRST = -100_000;

    private final Map<String, CompletableFuture<Void>> streams = new ConcurrentHashMap<>();

    void watch(@Observes Router router) {
        router.route(PATH).order(FIRST).handler(this::watch);
    }

    private void watch(RoutingContext context) {
        String id = UUID.randomUUID().toString();
        CompletableFuture<Void> gone = new CompletableFuture<>();
        streams.put(id, gone);
        context.request().headers().set(HEADER, id);
        HttpServerResponse response = context.response();
        response.closeHandler(closed -> {
            streams.remove(id);
            if (!response.ended()) gone.complete(null);
        });
        context.next();
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String id = headers.get(CALL);
        CompletableFuture<Void> gone = id == null ? null : streams.get(id);
        Context context =
                Context.current().withValue(GONE, gone == null ? new CompletableFuture<>() : gone);
        return Contexts.interceptCall(context, call, headers, next);
    }

    /** Completes when the current call's client has gone away. */
    static CompletableFuture<Void> current() {
        CompletableFuture<Void> gone = GONE.get();
        return gone == null ? new CompletableFuture<>() : gone;
    }
}
