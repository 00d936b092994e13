package dev.rejoinder.inference.chat.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.inference.chat.Reply;
import dev.rejoinder.inference.chat.ReplyListener.Begun;
import dev.rejoinder.inference.routing.VersionName;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import dev.rejoinder.lm.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One chat's replies in OpenAI's shapes.
 *
 * @param created seconds since 1970
 * @param logProbs whether the client wants log-probabilities
 */
record CompletionJson(Begun chat, long created, boolean logProbs, Tokenizer tokenizer) {
    ObjectNode completion(List<Reply> replies) {
        ObjectNode json = head("chat.completion");
        ArrayNode choices = json.putArray("choices");
        for (Reply reply : replies) {
            ObjectNode choice = choices.addObject().put("index", reply.index());
            choice.putObject("message")
                    .put("role", "assistant")
                    .put("content", reply.text())
                    .putNull("refusal");
            putLogProbs(choice, reply.tokens());
            choice.put("finish_reason", label(reply.reason()));
        }
        json.set("usage", usage(replies));
        return json;
    }

    /** The first chunk of a reply: who speaks. */
    ObjectNode opening(int index) {
        ObjectNode json = head("chat.completion.chunk");
        ObjectNode choice = choice(json, index);
        choice.putObject("delta").put("role", "assistant").put("content", "");
        return open(json, choice);
    }

    ObjectNode piece(int index, GeneratedToken token) {
        ObjectNode json = head("chat.completion.chunk");
        ObjectNode choice = choice(json, index);
        choice.putObject("delta").put("content", token.text());
        putLogProbs(choice, List.of(token));
        return open(json, choice);
    }

    /** Text held back until the end. */
    ObjectNode rest(int index, String text) {
        ObjectNode json = head("chat.completion.chunk");
        ObjectNode choice = choice(json, index);
        choice.putObject("delta").put("content", text);
        return open(json, choice);
    }

    ObjectNode ending(Reply reply) {
        ObjectNode json = head("chat.completion.chunk");
        ObjectNode choice = choice(json, reply.index());
        choice.putObject("delta");
        choice.put("finish_reason", label(reply.reason()));
        return json;
    }

    /** The chunk after the last reply, where the client asked for it. */
    ObjectNode usageChunk(List<Reply> replies) {
        ObjectNode json = head("chat.completion.chunk");
        json.putArray("choices");
        json.set("usage", usage(replies));
        return json;
    }

    private ObjectNode head(String object) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", chat.completionId())
                .put("object", object)
                .put("created", created)
                .put("model", chat.version().getModelId())
                .put("system_fingerprint", VersionName.of(chat.version()));
    }

    private static ObjectNode choice(ObjectNode json, int index) {
        return json.putArray("choices").addObject().put("index", index);
    }

    private static ObjectNode open(ObjectNode json, ObjectNode choice) {
        choice.putNull("finish_reason");
        return json;
    }

    private ObjectNode usage(List<Reply> replies) {
        int completion = replies.stream().mapToInt(r -> r.tokens().size()).sum();
        return JsonNodeFactory.instance
                .objectNode()
                .put("prompt_tokens", chat.promptTokens())
                .put("completion_tokens", completion)
                .put("total_tokens", chat.promptTokens() + completion);
    }

    private void putLogProbs(ObjectNode choice, List<GeneratedToken> tokens) {
        if (!logProbs) {
            choice.putNull("logprobs");
            return;
        }
        ObjectNode json = choice.putObject("logprobs");
        ArrayNode content = json.putArray("content");
        for (GeneratedToken token : tokens) {
            ObjectNode entry = content.addObject();
            describe(entry, token.id(), token.logProb());
            ArrayNode top = entry.putArray("top_logprobs");
            token.top().forEach(a -> describe(top.addObject(), a.id(), a.logProb()));
        }
        json.putNull("refusal");
    }

    private void describe(ObjectNode entry, int id, double logProb) {
        byte[] bytes = tokenizer.bytes(id);
        entry.put("token", new String(bytes, StandardCharsets.UTF_8)).put("logprob", logProb);
        ArrayNode array = entry.putArray("bytes");
        for (byte b : bytes) array.add(b & 0xFF);
    }

    private static String label(FinishReason reason) {
        return switch (reason) {
            case STOP -> "stop";
            case LENGTH -> "length";
            case CANCELLED, ERROR ->
                    throw new IllegalStateException(reason + " is never sent to a client");
        };
    }
}
