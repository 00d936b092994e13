package dev.rejoinder.inference.chat.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.inference.chat.ChatChecks;
import dev.rejoinder.inference.chat.ChatRequest;
import dev.rejoinder.inference.chat.Invalid;
import dev.rejoinder.inference.conversation.ShareKeys;
import dev.rejoinder.inference.conversation.UserHash;
import java.util.LinkedHashMap;
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
                        WishReader.read(fields),
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
