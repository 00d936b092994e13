package dev.rejoinder.inference.chat.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.inference.chat.ChatChecks;
import dev.rejoinder.inference.chat.ChatRequest;
import dev.rejoinder.inference.chat.Invalid;
import dev.rejoinder.inference.chat.JsonReply;
import dev.rejoinder.inference.conversation.ShareKeys;
import dev.rejoinder.inference.conversation.UserHash;
import dev.rejoinder.lm.generate.Sampling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a chat completion call. Fields that nobody defined are left alone, as OpenAI's
 * clients send many; fields that would change the answer and are not supported are refused.
 */
final class ChatCallReader {
    private static final String CONVERSATION = "conversation_id";
    private static final String CONSENT = "training_consent";
    private static final int MAX_USER = 512;

    private final UserHash users;
    private final ShareKeys shares;
    private final boolean consentByDefault;

    ChatCallReader(UserHash users, ShareKeys shares, boolean consentByDefault) {
        this.users = users;
        this.shares = shares;
        this.consentByDefault = consentByDefault;
    }

    /**
     * What a call says outside its body; empty where it says nothing.
     *
     * @param conversation the value of {@code X-Rejoinder-Conversation}
     * @param authorization the value of {@code Authorization}: an API key, which is not checked
     *     here
     */
    record Headers(String conversation, String authorization) {}

    ChatCall read(byte[] body, Headers headers) {
        Fields fields = new Fields(JsonBody.read(body), "");
        Unsupported.check(fields);
        boolean stream = fields.flag("stream");
        Integer n = fields.integer("n", ChatChecks.REPLIES, ChatChecks.FEWER_REPLIES);
        ChatRequest request =
                new ChatRequest(
                        model(fields),
                        MessageReader.read(fields),
                        wish(fields),
                        n == null ? 1 : n,
                        author(fields, headers),
                        true);
        return new ChatCall(request, stream, includeUsage(fields, stream));
    }

    private static String model(Fields fields) {
        String model = fields.text("model");
        if (model != null && !model.isEmpty()) return model;
        throw Invalid.field(
                "model", "", "a served model", "is missing", "GET /v1/models lists the names");
    }

    private static ChatRequest.Wish wish(Fields fields) {
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

    private static boolean includeUsage(Fields fields, boolean stream) {
        JsonNode options = fields.get("stream_options");
        if (options == null) return false;
        if (!stream)
            throw Invalid.field(
                    "stream_options",
                    "set",
                    "stream: true",
                    "is only allowed with streaming",
                    "send \"stream\": true or leave it out");
        if (!(options instanceof ObjectNode object))
            throw fields.wrongType("stream_options", options, "an object");
        return new Fields(object, "stream_options.").flag("include_usage");
    }

    private ChatRequest.Author author(Fields fields, Headers headers) {
        Map<String, String> metadata = metadata(fields);
        if (!metadata.containsKey(CONVERSATION))
            ChatChecks.requireId("X-Rejoinder-Conversation", headers.conversation());
        String userHash = users.of(user(fields));
        return new ChatRequest.Author(
                shares.of(userHash, headers.authorization()),
                userHash,
                metadata.getOrDefault(CONVERSATION, headers.conversation()),
                consent(metadata.get(CONSENT)),
                metadata);
    }

    private static String user(Fields fields) {
        String user = fields.text("user");
        // OpenAI's newer name for the same thing.
        if (user == null) user = fields.text("safety_identifier");
        if (user == null) return "";
        if (user.length() > MAX_USER)
            throw Invalid.outside(
                    "user", user.length() + " characters", "0 to " + MAX_USER, "shorten it");
        return user;
    }

    private static Map<String, String> metadata(Fields fields) {
        JsonNode metadata = fields.get("metadata");
        if (metadata == null) return Map.of();
        if (!(metadata instanceof ObjectNode object))
            throw fields.wrongType("metadata", metadata, "an object of strings");
        Fields entries = new Fields(object, "metadata.");
        Map<String, String> read = new LinkedHashMap<>();
        object.fieldNames()
                .forEachRemaining(key -> {
                    String value = entries.text(key);
                    if (value != null) read.put(key, value);
                });
        return read;
    }

    private boolean consent(@Nullable String given) {
        return switch (given) {
            case null -> consentByDefault;
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw Invalid.field(
                            "metadata." + CONSENT,
                            given,
                            "\"true\" or \"false\"",
                            "\"%s\" is neither \"true\" nor \"false\""
                                    .formatted(Invalid.shown(given)),
                            "send one of the two");
        };
    }
}
