package dev.rejoinder.standalone.pipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import java.util.ArrayList;
import java.util.List;

/** Reads the fields that the pipes' lines share. */
final class ChatLine {
    private ChatLine() {}

    /**
     * The messages of a line.
     *
     * @param last whose message it must end with
     */
    static List<ChatMessage> messages(ObjectNode line, Role last) {
        JsonNode messages = line.get("messages");
        if (messages == null || !messages.isArray() || messages.isEmpty())
            throw new BadLine(
                    "messages is missing or empty; it is a list of {\"role\", \"content\"}");
        List<ChatMessage> chat = new ArrayList<>();
        for (JsonNode message : messages) chat.add(message(message, chat.size()));
        if (chat.getLast().role() != last)
            throw new BadLine(
                    "the last message is of role \"%s\"; it must be \"%s\""
                            .formatted(chat.getLast().role().label(), last.label()));
        return chat;
    }

    private static ChatMessage message(JsonNode message, int index) {
        JsonNode content = message.get("content");
        if (content == null || !content.isTextual())
            throw new BadLine("messages[" + index + "].content is no string");
        String role = message.path("role").asText();
        for (Role r : Role.values())
            if (r.label().equals(role)) return new ChatMessage(r, content.textValue());
        throw new BadLine(
                "messages[%d].role is \"%s\"; allowed are system, user, assistant"
                        .formatted(index, role));
    }

    /** The follow-ups of a line; none where the field is absent. */
    static List<String> followUps(ObjectNode line) {
        JsonNode field = line.get("follow_ups");
        if (field == null || field.isNull()) return List.of();
        if (!field.isArray()) throw new BadLine("follow_ups is no list of strings");
        List<String> followUps = new ArrayList<>();
        for (JsonNode one : field) {
            if (!one.isTextual() || one.textValue().isEmpty())
                throw new BadLine(
                        "follow_ups[" + followUps.size() + "] is no string, or an empty one");
            followUps.add(one.textValue());
        }
        return followUps;
    }

    /** A number of a line within its limits, or the default where it is absent. */
    static double number(ObjectNode line, String name, Limits limits) {
        JsonNode field = line.get(name);
        if (field == null || field.isNull()) return limits.standard();
        if (!field.isNumber()) throw new BadLine(name + " is no number");
        double value = field.doubleValue();
        if (!(value >= limits.least() && value <= limits.most()))
            throw new BadLine(
                    "%s of %s is outside %s to %s"
                            .formatted(
                                    name,
                                    field.asText(),
                                    text(limits.least()),
                                    text(limits.most())));
        return value;
    }

    /** A whole number of a line within its limits, or the default where it is absent. */
    static long integer(ObjectNode line, String name, Limits limits) {
        double value = number(line, name, limits);
        if (value != Math.rint(value))
            throw new BadLine("%s of %s is no whole number".formatted(name, value));
        return (long) value;
    }

    /** What a number may be, and what it is where nobody says. */
    record Limits(double least, double most, double standard) {}

    private static String text(double limit) {
        return limit == Math.rint(limit) ? String.valueOf((long) limit) : String.valueOf(limit);
    }
}
