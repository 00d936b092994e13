package dev.rejoinder.preferences.mining;

import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import java.util.List;

/** The model that answers users, asked for samples of its own. */
public interface Policy {
    /**
     * What to sample.
     *
     * @param version the version to ask; where it is no longer served, the same model's present one
     * @param conversationId keeps that present one the one this conversation gets
     * @param messages the chat, ending with a user message
     * @param count how many replies
     * @param maxTokens most tokens of each
     * @param seed of all of them
     */
    record Request(
            ModelVersion version,
            String conversationId,
            List<Message> messages,
            int count,
            int maxTokens,
            long seed) {
        public Request {
            messages = List.copyOf(messages);
        }
    }

    /**
     * A sampled reply.
     *
     * @param text the reply, stripped
     * @param ended whether the model ended it, rather than a limit
     */
    record Sample(String text, boolean ended) {}

    /**
     * The samples of one request, and who wrote them. Empty where the chat does not fit the model's
     * context.
     */
    record Samples(ModelVersion version, List<Sample> samples) {
        public Samples {
            samples = List.copyOf(samples);
        }
    }

    /** Samples all requests, several at a time; answers in their order. */
    List<Samples> sample(List<Request> requests);
}
