package dev.rejoinder.standalone.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One request to {@code POST /v1/chat/completions}.
 *
 * @param model as {@code GET /v1/models} lists it
 * @param user who asks; empty for nobody in particular
 */
public record ChatCall(
        String model,
        List<ChatTurn> messages,
        String user,
        OptionalInt maxTokens,
        OptionalDouble temperature,
        OptionalLong seed) {
    public ChatCall {
        messages = List.copyOf(messages);
    }

    Map<String, Object> body(boolean stream) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put("messages", messages);
        if (!user.isEmpty()) body.put("user", user);
        maxTokens.ifPresent(n -> body.put("max_tokens", n));
        temperature.ifPresent(t -> body.put("temperature", t));
        seed.ifPresent(s -> body.put("seed", s));
        if (stream) body.put("stream", true);
        return body;
    }
}
