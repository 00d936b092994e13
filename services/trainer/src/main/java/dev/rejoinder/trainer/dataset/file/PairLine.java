package dev.rejoinder.trainer.dataset.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.trainer.dataset.Origin;
import dev.rejoinder.trainer.dataset.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One line of a preference file as a pair. TRL's three shapes:
 *
 * <ul>
 *   <li>{@code prompt}, {@code chosen} and {@code rejected} as lists of {@code {"role",
 *       "content"}}, each reply one message of the assistant (our own export is this one);
 *   <li>any of the three as a string: a prompt is then one message of the user;
 *   <li>no {@code prompt}: {@code chosen} and {@code rejected} are whole chats, alike up to the
 *       last message.
 * </ul>
 *
 * <p>Replies are complete: the end of the turn belongs to them, as in TRL. Other fields are passed
 * over.
 */
final class PairLine {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private static final String ROLES =
            Arrays.stream(Role.values()).map(Role::label).collect(Collectors.joining(", "));

    private final ObjectNode line;

    private PairLine(ObjectNode line) {
        this.line = line;
    }

    /**
     * @param id names the pair
     * @throws BadPairLine if the line has none of the shapes
     */
    static Pair parse(String text, String id) {
        return new PairLine(object(text)).pair(id);
    }

    private static ObjectNode object(String text) {
        try {
            if (JSON.readTree(text) instanceof ObjectNode object) return object;
        } catch (JsonProcessingException e) {
            throw new BadPairLine("is not JSON; write one whole object a line");
        }
        throw new BadPairLine("is JSON but no object; write one whole object a line");
    }

    private Pair pair(String id) {
        if (!line.hasNonNull("prompt")) return ofWholeChats(id);
        List<ChatMessage> prompt = messages("prompt", Role.USER);
        return pair(id, prompt, reply("chosen"), reply("rejected"));
    }

    private Pair ofWholeChats(String id) {
        if (!line.path("chosen").isArray() || !line.path("rejected").isArray())
            throw new BadPairLine(
                    "has no prompt; give it as a string or a list of messages, or give chosen and rejected as whole chats");
        List<ChatMessage> chosen = messages("chosen", Role.ASSISTANT);
        List<ChatMessage> rejected = messages("rejected", Role.ASSISTANT);
        List<ChatMessage> prompt = chosen.subList(0, chosen.size() - 1);
        if (!prompt.equals(rejected.subList(0, rejected.size() - 1)))
            throw new BadPairLine(
                    "has no prompt, and chosen and rejected differ before their last messages; they must be alike up to there");
        return pair(
                id,
                prompt,
                ofAssistant("chosen", chosen.getLast()),
                ofAssistant("rejected", rejected.getLast()));
    }

    private static Pair pair(String id, List<ChatMessage> prompt, String chosen, String rejected) {
        if (prompt.isEmpty() || prompt.getLast().role() == Role.ASSISTANT)
            throw new BadPairLine(
                    "has a prompt that does not end with a message to reply to; end it with the user's");
        if (chosen.equals(rejected))
            throw new BadPairLine(
                    "has the same reply as chosen and as rejected; leave the line out");
        return new Pair(
                id,
                prompt,
                new Pair.Reply(chosen, true),
                new Pair.Reply(rejected, true),
                new Pair.Provenance(Origin.FILE, "", List.of(), List.of(), "", 0));
    }

    private String reply(String field) {
        List<ChatMessage> messages = messages(field, Role.ASSISTANT);
        if (messages.size() != 1)
            throw new BadPairLine(
                    "has %d messages in %s, a reply is 1; move the others to prompt"
                            .formatted(messages.size(), field));
        return ofAssistant(field, messages.getFirst());
    }

    private static String ofAssistant(String field, ChatMessage message) {
        if (message.role() != Role.ASSISTANT)
            throw new BadPairLine(
                    "has a message of role %s at the end of %s; a reply is of role assistant"
                            .formatted(message.role().label(), field));
        if (message.content().isBlank())
            throw new BadPairLine(
                    "has an empty reply in " + field + "; fill it in or leave the line out");
        return message.content();
    }

    /** A string is one message of that role. */
    private List<ChatMessage> messages(String field, Role ofString) {
        JsonNode value = line.path(field);
        if (value.isTextual()) return List.of(new ChatMessage(ofString, value.textValue()));
        if (!value.isArray() || value.isEmpty())
            throw new BadPairLine(
                    "has no %s; give it as a string or a list of {\"role\", \"content\"}"
                            .formatted(field));
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : value)
            messages.add(message(field + "[" + messages.size() + "]", message));
        return messages;
    }

    private static ChatMessage message(String at, JsonNode message) {
        JsonNode content = message.path("content");
        if (!content.isTextual())
            throw new BadPairLine("has no string in " + at + ".content; only text is trained on");
        String label = message.path("role").asText();
        for (Role role : Role.values())
            if (role.label().equals(label)) return new ChatMessage(role, content.textValue());
        throw new BadPairLine(
                "has a role of \"%s\" in %s; use one of %s".formatted(label, at, ROLES));
    }
}
