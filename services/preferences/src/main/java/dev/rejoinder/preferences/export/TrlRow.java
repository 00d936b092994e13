package dev.rejoinder.preferences.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.Role;
import dev.rejoinder.proto.preferences.v1.PairMined;
import java.util.List;

/**
 * A pair in TRL's conversational preference format, which its DPOTrainer takes unchanged: {@code
 * {"prompt": [...], "chosen": [...], "rejected": [...]}}, each a list of messages with role and
 * content.
 */
public record TrlRow(List<Turn> prompt, List<Turn> chosen, List<Turn> rejected) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A message as chat templates name it. */
    public record Turn(String role, String content) {}

    public static TrlRow of(PairMined pair) {
        return new TrlRow(
                pair.getPromptList().stream().map(TrlRow::turn).toList(),
                List.of(new Turn("assistant", pair.getChosen())),
                List.of(new Turn("assistant", pair.getRejected())));
    }

    private static Turn turn(Message message) {
        return new Turn(name(message.getRole()), message.getContent());
    }

    private static String name(Role role) {
        return switch (role) {
            case ROLE_SYSTEM -> "system";
            case ROLE_USER -> "user";
            case ROLE_ASSISTANT -> "assistant";
            case ROLE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException(
                            "the pair's prompt has a message of role " + role);
        };
    }

    /** One line of JSON, without a line break. */
    public String line() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a row of texts is always JSON", e);
        }
    }
}
