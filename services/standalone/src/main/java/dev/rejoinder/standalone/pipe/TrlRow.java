package dev.rejoinder.standalone.pipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.preferences.v1.PairMined;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A preference pair in TRL's conversational format: the chat before, and two last messages. */
public final class TrlRow {
    private static final ObjectMapper JSON = new ObjectMapper();

    private TrlRow() {}

    /** One line of JSON. */
    public static String of(PairMined pair) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("prompt", pair.getPromptList().stream().map(TrlRow::message).toList());
        row.put("chosen", List.of(message("assistant", pair.getChosen())));
        row.put("rejected", List.of(message("assistant", pair.getRejected())));
        try {
            return JSON.writeValueAsString(row);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts are always JSON", e);
        }
    }

    private static Map<String, String> message(Message m) {
        return message(label(m.getRole()), m.getContent());
    }

    private static Map<String, String> message(String role, String content) {
        Map<String, String> message = new LinkedHashMap<>();
        message.put("role", role);
        message.put("content", content);
        return message;
    }

    private static String label(Role role) {
        return switch (role) {
            case ROLE_SYSTEM -> "system";
            case ROLE_USER -> "user";
            case ROLE_ASSISTANT -> "assistant";
            case ROLE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalStateException("a pair's messages always have a role");
        };
    }
}
