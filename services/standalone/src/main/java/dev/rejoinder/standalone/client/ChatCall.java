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
        Sampling sampling) {
    /** How the reply is drawn; the platform's defaults where absent. */
    public record Sampling(OptionalDouble temperature, OptionalDouble topP, OptionalLong seed) {
        /** Lively without rambling: what small models are mostly used with. */
        public static Sampling usual() {
            return new Sampling(
                    OptionalDouble.of(0.7), OptionalDouble.of(0.9), OptionalLong.empty());
        }

        public static Sampling usual(long seed) {
            return new Sampling(
                    OptionalDouble.of(0.7), OptionalDouble.of(0.9), OptionalLong.of(seed));
        }
    }

    public ChatCall {
        messages = List.copyOf(messages);
    }

    Map<String, Object> body(boolean stream) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put("messages", messages);
        if (!user.isEmpty()) body.put("user", user);
        maxTokens.ifPresent(n -> body.put("max_tokens", n));
        sampling.temperature().ifPresent(t -> body.put("temperature", t));
        sampling.topP().ifPresent(p -> body.put("top_p", p));
        sampling.seed().ifPresent(s -> body.put("seed", s));
        if (stream) body.put("stream", true);
        return body;
    }
}
