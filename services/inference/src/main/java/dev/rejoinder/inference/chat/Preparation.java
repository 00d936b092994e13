package dev.rejoinder.inference.chat;

import dev.rejoinder.inference.conversation.Conversation;
import dev.rejoinder.inference.routing.ServedVersion;
import dev.rejoinder.inference.routing.VersionRouter;
import dev.rejoinder.kernel.error.Refusal;
import dev.rejoinder.lm.LanguageModel;
import dev.rejoinder.lm.chat.ChatMessage;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;

/** Checks a chat, finds its version, encodes it and makes sure that it fits the context. */
final class Preparation {
    private final LanguageModel model;
    private final VersionRouter router;
    private final ReplyPlanner planner;

    /**
     * @param seeds for chats that bring none
     */
    Preparation(
            LanguageModel model, VersionRouter router, ChatDefaults defaults, LongSupplier seeds) {
        this.model = model;
        this.router = router;
        this.planner = new ReplyPlanner(model, defaults, seeds);
    }

    /**
     * The chat with a leased version.
     *
     * @throws Refusal if something is wrong with it; nothing is leased then
     */
    PreparedChat prepare(ChatRequest request) {
        ChatChecks.check(request);
        Conversation conversation =
                new Conversation(
                        request.author().userHash(),
                        request.author().conversationId(),
                        request.messages());
        ServedVersion served = router.lease(request.model(), conversation.stickyKey());
        try {
            int[] prompt = encode(request.messages());
            return new PreparedChat(
                    "chatcmpl-" + UUID.randomUUID().toString().replace("-", ""),
                    request,
                    conversation,
                    served,
                    prompt,
                    planner.plan(request.wish(), prompt.length));
        } catch (RuntimeException e) {
            served.release();
            throw e;
        }
    }

    private int[] encode(List<ChatMessage> messages) {
        try {
            return model.chat().prompt(messages);
        } catch (IllegalArgumentException e) {
            throw Invalid.field(
                    "messages",
                    messages.size() + " messages",
                    "what the model's chat template takes",
                    "do not fit the model's chat template: " + Invalid.shown(e.getMessage()),
                    "let user and assistant take turns, after at most one system message");
        }
    }
}
