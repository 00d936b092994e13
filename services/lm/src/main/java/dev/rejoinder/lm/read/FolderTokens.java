package dev.rejoinder.lm.read;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rejoinder.lm.chat.ChatEncoder;
import dev.rejoinder.lm.chat.TemplateChatEncoder;
import dev.rejoinder.lm.token.BpeTokenizer;
import dev.rejoinder.lm.token.Tokenizers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The tokenizer and chat template of a model folder. */
final class FolderTokens {
    private final Path folder;
    private final JsonNode config;
    private final String template;

    /**
     * @throws UnreadableModelException if there is no chat template
     */
    FolderTokens(Path folder) {
        this.folder = folder;
        this.config = JsonFile.readIfPresent(folder.resolve("tokenizer_config.json"));
        this.template =
                JsonFile.textIfPresent(folder.resolve("chat_template.jinja"))
                        .orElseGet(this::configuredTemplate);
    }

    /** A text, or several with names of which {@code default} is the one to chat with. */
    private String configuredTemplate() {
        JsonNode stated = config.path("chat_template");
        if (stated.isTextual()) return stated.asText();
        for (JsonNode named : stated) {
            if (named.path("name").asText().equals("default")) {
                return named.path("template").asText();
            }
        }
        throw MissingTemplate.of(folder);
    }

    BpeTokenizer tokenizer() {
        Path file = folder.resolve("tokenizer.json");
        try {
            return Tokenizers.fromJson(JsonFile.text(file), template);
        } catch (IllegalArgumentException e) {
            throw new UnreadableModelException(
                    "%s is refused: %s; use the model's own file".formatted(file, e.getMessage()),
                    e);
        }
    }

    ChatEncoder chat(BpeTokenizer tokenizer) {
        String eos = special("eos_token");
        try {
            return new TemplateChatEncoder(
                    template,
                    special("bos_token"),
                    eos,
                    tokenizer,
                    StopTokens.of(tokenizer.vocabulary(), stops(tokenizer, eos)));
        } catch (IllegalArgumentException e) {
            throw new UnreadableModelException(folder + ": " + e.getMessage(), e);
        }
    }

    /** Written as a text or as an object with a {@code content}. */
    private String special(String key) {
        JsonNode token = config.path(key);
        return token.isTextual() ? token.asText() : token.path("content").asText("");
    }

    private List<Integer> stops(BpeTokenizer tokenizer, String eos) {
        List<Integer> stops = new ArrayList<>();
        int id = tokenizer.vocabulary().tokens().indexOf(eos);
        if (!eos.isEmpty() && id >= 0) stops.add(id);
        for (String file : List.of("config.json", "generation_config.json")) {
            JsonNode stated = JsonFile.readIfPresent(folder.resolve(file)).path("eos_token_id");
            if (stated.isInt()) stops.add(stated.asInt());
            for (JsonNode each : stated) stops.add(each.asInt());
        }
        return stops;
    }
}
