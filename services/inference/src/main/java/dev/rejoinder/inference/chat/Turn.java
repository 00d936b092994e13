package dev.rejoinder.inference.chat;

import dev.rejoinder.inference.conversation.Conversation;
import dev.rejoinder.lm.generate.Sampling;
import dev.rejoinder.proto.chat.v1.ModelVersion;

/**
 * A prompt and the reply it got.
 *
 * @param sampling that was used, defaults filled in
 * @param maxTokens that were allowed
 */
public record Turn(
        String completionId,
        ChatRequest request,
        Conversation conversation,
        ModelVersion version,
        int promptTokens,
        Sampling sampling,
        int maxTokens,
        Reply reply) {
    static Turn of(PreparedChat chat, Reply reply) {
        return new Turn(
                chat.completionId(),
                chat.request(),
                chat.conversation(),
                chat.served().version(),
                chat.prompt().length,
                chat.sampling(reply.index()),
                chat.plan().maxTokens(),
                reply);
    }
}
