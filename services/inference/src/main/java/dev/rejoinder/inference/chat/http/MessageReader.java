package dev.rejoinder.inference.chat.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.inference.chat.Invalid;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import java.util.ArrayList;
import java.util.List;

/** OpenAI's messages, as far as they are text. */
final class MessageReader {
    private static final String ROLES = "system, developer, user or assistant";
    private static final List<String> CALLS = List.of("tool_calls", "function_call", "audio");

    private MessageReader() {}

    static List<ChatMessage> read(Fields request) {
        JsonNode messages = request.get("messages");
        if (messages == null)
            throw Invalid.field(
                    "messages",
                    "",
                    "a list of messages",
                    "is missing",
                    "send [{\"role\": \"user\", \"content\": \"...\"}]");
        if (!(messages instanceof ArrayNode array))
            throw request.wrongType("messages", messages, "a list of messages");
        List<ChatMessage> read = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) read.add(message(request, array.get(i), i));
        return read;
    }

    private static ChatMessage message(Fields request, JsonNode node, int i) {
        String name = "messages[%d]".formatted(i);
        if (!(node instanceof ObjectNode object))
            throw request.wrongType(name, node, "an object with role and content");
        Fields fields = new Fields(object, name + ".");
        for (String call : CALLS) {
            JsonNode value = fields.get(call);
            if (value != null && !value.isEmpty())
                throw fields.unsupported(call, "send text messages only");
        }
        return new ChatMessage(role(fields), content(fields));
    }

    private static Role role(Fields message) {
        String role = message.text("role");
        return switch (role) {
            case "system", "developer" -> Role.SYSTEM;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            case null -> throw wrongRole(message, "", "is missing");
            default ->
                    throw wrongRole(
                            message,
                            role,
                            "\"%s\" is none of %s".formatted(Invalid.shown(role), ROLES));
        };
    }

    private static RuntimeException wrongRole(Fields message, String value, String what) {
        return Invalid.field(message.path() + "role", value, ROLES, what, "send " + ROLES);
    }

    private static String content(Fields message) {
        JsonNode content = message.get("content");
        if (content == null)
            throw Invalid.field(
                    message.path() + "content",
                    "",
                    "a string or text parts",
                    "is missing",
                    "send the message's text");
        if (content.isTextual()) return content.textValue();
        if (content instanceof ArrayNode parts) return joined(message, parts);
        throw message.wrongType("content", content, "a string or a list of text parts");
    }

    private static String joined(Fields message, ArrayNode parts) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            String name = "content[%d]".formatted(i);
            if (!(parts.get(i) instanceof ObjectNode object))
                throw message.wrongType(name, parts.get(i), "a part with type and text");
            Fields part = new Fields(object, message.path() + name + ".");
            String type = part.text("type");
            if (!"text".equals(type))
                throw Invalid.field(
                        part.path() + "type",
                        String.valueOf(type),
                        "text",
                        "\"%s\" is not supported, this model reads text only"
                                .formatted(Invalid.shown(String.valueOf(type))),
                        "send parts of type \"text\"");
            String text = part.text("text");
            if (text == null)
                throw Invalid.field(
                        part.path() + "text", "", "a string", "is missing", "send the text");
            texts.add(text);
        }
        return String.join("\n", texts);
    }
}
