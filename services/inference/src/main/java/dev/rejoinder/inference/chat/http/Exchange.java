package dev.rejoinder.inference.chat.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One HTTP call, answered from a virtual thread. Made on the event loop, so that a client that goes
 * away is noticed from the first moment on.
 */
final class Exchange {
    /** A client that takes nothing for so long counts as gone. */
    private static final Duration STALL = Duration.ofSeconds(30);

    private final RoutingContext context;
    private final HttpServerResponse response;
    private final String requestId = "req-" + UUID.randomUUID();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private volatile CompletableFuture<Void> drained = CompletableFuture.completedFuture(null);

    Exchange(RoutingContext context) {
        this.context = context;
        this.response = context.response();
        response.closeHandler(closed -> leave());
        response.exceptionHandler(broken -> leave());
        response.putHeader("X-Request-Id", requestId);
    }

    private void leave() {
        if (!response.ended()) gone.complete(null);
        drained.complete(null);
    }

    String requestId() {
        return requestId;
    }

    String header(String name) {
        String value = context.request().getHeader(name);
        return value == null ? "" : value;
    }

    boolean isGone() {
        return gone.isDone();
    }

    boolean hasBegun() {
        return response.headWritten();
    }

    /** Runs once the client has gone away, at once if it has already. */
    void whenGone(Runnable action) {
        gone.thenRun(action);
    }

    void send(int status, Map<String, String> headers, JsonNode body) {
        if (isGone()) return;
        response.setStatusCode(status).putHeader("Content-Type", "application/json");
        headers.forEach(response::putHeader);
        response.end(Buffer.buffer(bytes(body)));
    }

    void send(OpenAiError error) {
        // The rest of a body that is too large is not worth reading; HTTP/2 has no such header.
        if (error.status() == 413 && context.request().version() != HttpVersion.HTTP_2)
            response.putHeader("Connection", "close");
        send(error.status(), error.headers(), error.body());
    }

    void beginEvents(Map<String, String> headers) {
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream; charset=utf-8")
                .putHeader("Cache-Control", "no-cache")
                // Buffering proxies would turn the stream into one late answer.
                .putHeader("X-Accel-Buffering", "no");
        headers.forEach(response::putHeader);
    }

    /** Sends one server-sent event; waits while the client's side is full. */
    void event(JsonNode data) {
        Buffer event = Buffer.buffer("data: ").appendBytes(bytes(data)).appendString("\n\n");
        awaitDrain();
        if (!isGone()) response.write(event);
    }

    void endEvents() {
        if (!isGone()) response.end("data: [DONE]\n\n");
    }

    /** Ends a stream that failed after it had begun. */
    void endEvents(OpenAiError error) {
        if (!isGone())
            response.end(
                    Buffer.buffer("data: ").appendBytes(bytes(error.body())).appendString("\n\n"));
    }

    private void awaitDrain() {
        if (!response.writeQueueFull()) return;
        CompletableFuture<Void> wait = new CompletableFuture<>();
        drained = wait;
        response.drainHandler(ready -> wait.complete(null));
        if (isGone() || !response.writeQueueFull()) wait.complete(null);
        try {
            wait.get(STALL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            gone.complete(null);
            response.reset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a drain signal never fails", e);
        }
    }

    private static byte[] bytes(JsonNode json) {
        try {
            return JsonBody.MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree can always be written", e);
        }
    }
}
