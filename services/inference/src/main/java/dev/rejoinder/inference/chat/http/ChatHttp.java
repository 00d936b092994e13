package dev.rejoinder.inference.chat.http;

import dev.rejoinder.inference.InferenceNode;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Hangs the API into the application's HTTP server. */
@Singleton
public class ChatHttp {
    private final InferenceNode node;

    @Inject
    public ChatHttp(InferenceNode node) {
        this.node = node;
    }

    void routes(@Observes Router router) {
        new ChatRoutes(
                        node.chats(),
                        new ChatCallReader(
                                node.users(),
                                node.shares(),
                                node.settings().trainingConsentDefault()),
                        new ModelList(
                                node.router(),
                                node.model().info().contextLength(),
                                node.clock().instant().getEpochSecond()),
                        node.model().tokenizer(),
                        node.metrics(),
                        node.clock(),
                        new BodyReader(node.settings().maxBodyBytes()))
                .addTo(router);
    }
}
