package dev.rejoinder.inference.chat.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.inference.chat.ChatChecks;
import dev.rejoinder.inference.chat.ChatRequest;
import dev.rejoinder.inference.chat.Invalid;
import dev.rejoinder.inference.chat.JsonReply;
import dev.rejoinder.lm.generate.Sampling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads how a client wants its reply, from the fields of a chat completion call. */
public final class WishReader {
    private WishReader() {}

    /**
     * @param call an object with the fields of a chat completion call; others are left alone
     * @throws dev.rejoinder.kernel.error.Refusal if a field has another type, or would change the
     *     reply and is not supported; values are not looked at here
     */
    public static ChatRequest.Wish read(ObjectNode call) {
        Fields fields = new Fields(call, "");
        Unsupported.check(fields);
        return read(fields);
    }

    static ChatRequest.Wish read(Fields fields) {
        Integer top =
                fields.integer(
                        "top_logprobs",
                        "0 to " + Sampling.MAX_TOP_LOG_PROBS,
                        "ask for at most " + Sampling.MAX_TOP_LOG_PROBS);
        return new ChatRequest.Wish(
                draw(fields),
                json(fields),
                maxTokens(fields),
                stops(fields),
                fields.flag("logprobs"),
                top == null ? 0 : top);
    }

    /** OpenAI's fields, and the names that other servers gave to what OpenAI's API has not. */
    private static ChatRequest.Draw draw(Fields fields) {
        return new ChatRequest.Draw(
                fields.number("temperature"),
                fields.integer("top_k", "0 and more", "0 keeps every token"),
                fields.number("top_p"),
                fields.number("min_p"),
                fields.number("repetition_penalty"),
                fields.number("presence_penalty"),
                fields.number("frequency_penalty"),
                logitBias(fields),
                fields.longInteger("seed"));
    }

    private static @Nullable JsonReply json(Fields fields) {
        JsonNode format = fields.get("response_format");
        if (format == null) return null;
        if (!(format instanceof ObjectNode object))
            throw fields.wrongType("response_format", format, "an object");
        Fields inside = new Fields(object, "response_format.");
        String type = inside.text("type");
        return switch (type) {
            case "text" -> null;
            case "json_object" -> new JsonReply(null);
            case "json_schema" -> new JsonReply(schema(inside));
            case null, default ->
                    throw Invalid.field(
                            "response_format.type",
                            Invalid.shown(type),
                            "text, json_object or json_schema",
                            "is \"%s\"".formatted(Invalid.shown(type)),
                            "send text, json_object or json_schema");
        };
    }

    private static String schema(Fields format) {
        JsonNode named = format.get("json_schema");
        JsonNode schema = named == null ? null : named.get("schema");
        if (schema != null && !schema.isNull()) return schema.toString();
        throw Invalid.field(
                "response_format.json_schema.schema",
                "",
                "a JSON schema",
                "is missing",
                "send {\"name\": ..., \"schema\": {...}}");
    }

    private static Map<Integer, Double> logitBias(Fields fields) {
        JsonNode biases = fields.get("logit_bias");
        if (biases == null) return Map.of();
        if (!(biases instanceof ObjectNode object))
            throw fields.wrongType("logit_bias", biases, "an object of numbers by token id");
        Fields entries = new Fields(object, "logit_bias.");
        Map<Integer, Double> read = new LinkedHashMap<>();
        object.fieldNames()
                .forEachRemaining(key -> {
                    Double bias = entries.number(key);
                    if (bias != null) read.put(token(key), bias);
                });
        return read;
    }

    private static int token(String key) {
        try {
            return Integer.parseInt(key);
        } catch (NumberFormatException e) {
            throw Invalid.field(
                    "logit_bias",
                    key,
                    "token ids",
                    "names \"%s\", which is no token id".formatted(Invalid.shown(key)),
                    "send ids of the model's own tokenizer");
        }
    }

    private static @Nullable Integer maxTokens(Fields fields) {
        Integer completion = tokens(fields, "max_completion_tokens");
        if (completion == null) return tokens(fields, "max_tokens");
        ChatChecks.requireTokens("max_completion_tokens", completion);
        return completion;
    }

    private static @Nullable Integer tokens(Fields fields, String name) {
        return fields.integer(
                name,
                "1 to what the prompt leaves of the model's context",
                "ask for fewer or leave it out");
    }

    private static List<String> stops(Fields fields) {
        JsonNode stop = fields.get("stop");
        if (stop == null) return List.of();
        if (stop.isTextual()) return List.of(stop.textValue());
        if (!(stop instanceof ArrayNode array))
            throw fields.wrongType("stop", stop, "a string or a list of strings");
        List<String> stops = new ArrayList<>();
        for (JsonNode one : array) {
            if (!one.isTextual()) throw fields.wrongType("stop", one, "a list of strings");
            stops.add(one.textValue());
        }
        return stops;
    }
}
