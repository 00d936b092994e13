package dev.rejoinder.inference.chat.http;

import dev.rejoinder.inference.chat.ChatObserver;
import dev.rejoinder.inference.chat.ChatService;
import dev.rejoinder.inference.chat.ReplyListener;
import dev.rejoinder.inference.chat.ReplyListener.Begun;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.kernel.log.Log;
import dev.rejoinder.lm.token.Tokenizer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * {@code /v1}: every call, right or wrong, is answered in OpenAI's shape. Plain Vert.x routes,
 * because the client's going away, the raw bytes and every error are ours to handle.
 */
public final class ChatRoutes {
    private static final Log LOG = Log.of(ChatRoutes.class);
    private static final String COMPLETIONS = "/v1/chat/completions";
    private static final String MODELS = "/v1/models";

    /** Before every route of Quarkus's own, whose errors have other shapes. */
    private static final int FIRST = -100_000;

    private final ChatService chats;
    private final ChatCallReader reader;
    private final ModelList models;
    private final Tokenizer tokenizer;
    private final ChatObserver observer;
    private final Clock clock;
    private final BodyReader bodies;

    ChatRoutes(
            ChatService chats,
            ChatCallReader reader,
            ModelList models,
            Tokenizer tokenizer,
            ChatObserver observer,
            Clock clock,
            BodyReader bodies) {
        this.chats = chats;
        this.reader = reader;
        this.models = models;
        this.tokenizer = tokenizer;
        this.observer = observer;
        this.clock = clock;
        this.bodies = bodies;
    }

    void addTo(Router router) {
        router.route(COMPLETIONS).order(FIRST).handler(this::completions);
        router.route(MODELS)
                .order(FIRST)
                .handler(c -> get(c, e -> e.send(200, Map.of(), models.all())));
        router.route(MODELS + "/*").order(FIRST).handler(this::model);
        router.route("/v1/*").order(FIRST + 1).handler(this::unknown);
    }

    private void completions(RoutingContext context) {
        Exchange exchange = new Exchange(context);
        if (!context.request().method().equals(HttpMethod.POST)) {
            turnAway(exchange, notAllowed(context, "POST"));
            return;
        }
        bodies.read(
                context.request(),
                body -> onOwnThread(exchange, () -> complete(exchange, body)),
                error -> turnAway(exchange, error));
    }

    private void complete(Exchange exchange, byte[] body) {
        ChatCall call = read(exchange, body);
        if (exchange.isGone()) return;
        Function<Begun, CompletionJson> shapes =
                begun ->
                        new CompletionJson(
                                begun,
                                clock.instant().getEpochSecond(),
                                call.request().wish().logProbs(),
                                tokenizer);
        ReplyListener answer =
                call.stream()
                        ? new StreamedAnswer(exchange, shapes, call)
                        : new CompleteAnswer(exchange, shapes, call.request().n());
        chats.answer(call.request(), answer);
    }

    private ChatCall read(Exchange exchange, byte[] body) {
        try {
            return reader.read(
                    body,
                    new ChatCallReader.Headers(
                            exchange.header("X-Rejoinder-Conversation"),
                            exchange.header("Authorization")));
        } catch (Refusal refusal) {
            observer.refused(refusal);
            throw refusal;
        }
    }

    private void model(RoutingContext context) {
        String id = context.normalizedPath().substring(MODELS.length() + 1);
        get(context, exchange -> exchange.send(200, Map.of(), models.one(id)));
    }

    private void get(RoutingContext context, Consumer<Exchange> answer) {
        Exchange exchange = new Exchange(context);
        if (context.request().method().equals(HttpMethod.GET))
            onOwnThread(exchange, () -> answer.accept(exchange));
        else turnAway(exchange, notAllowed(context, "GET"));
    }

    private void unknown(RoutingContext context) {
        String message =
                "there is no %s here; use POST %s, GET %s or GET %s/{model}"
                        .formatted(context.normalizedPath(), COMPLETIONS, MODELS, MODELS);
        turnAway(
                new Exchange(context),
                OpenAiError.invalidRequest(404, "unknown_url", "path", message));
    }

    private void turnAway(Exchange exchange, OpenAiError error) {
        observer.turnedAway(error.code());
        exchange.send(error);
    }

    private static OpenAiError notAllowed(RoutingContext context, String allowed) {
        return OpenAiError.methodNotAllowed(
                context.request().method().name(), context.normalizedPath(), allowed);
    }

    private static void onOwnThread(Exchange exchange, Runnable work) {
        Thread.ofVirtual()
                .name("chat-" + exchange.requestId())
                .start(() -> answerOrFail(exchange, work));
    }

    private static void answerOrFail(Exchange exchange, Runnable work) {
        try {
            work.run();
        } catch (Refusal refusal) {
            fail(exchange, OpenAiError.of(refusal));
        } catch (RuntimeException e) {
            LOG.error("a call failed", e, "reason", exchange.requestId());
            fail(exchange, OpenAiError.internal(exchange.requestId()));
        }
    }

    private static void fail(Exchange exchange, OpenAiError error) {
        if (exchange.hasBegun()) exchange.endEvents(error);
        else exchange.send(error);
    }
}
