package dev.rejoinder.lm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rejoinder.lm.chat.ChatMessage;
import dev.rejoinder.lm.chat.Role;
import dev.rejoinder.lm.store.ModelStore;
import dev.rejoinder.lm.store.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Figures made with transformers 4.57.1, peft 0.21.2 and torch 2.7.1 in float32 of the same
 * weights; {@code note} fields in the files say what each is.
 */
public final class Golden {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Golden() {}

    public static JsonNode smolLm() {
        return read("smollm2-135m-instruct.json");
    }

    public static JsonNode families() {
        return read("families.json");
    }

    /** Random blocks of every GGUF format, by {@code scripts/gguf_figures.py}. */
    public static JsonNode gguf() {
        return read("gguf.json");
    }

    /** Ids of each family's tokenizer, by {@code scripts/tokenizer_figures.py}. */
    public static JsonNode tokenizers() {
        return read("tokenizers.json");
    }

    /** Chats in each family's template, by {@code scripts/template_figures.py}. */
    public static JsonNode templates() {
        return read("templates.json");
    }

    /** The model of {@link #smolLm}: from the user's cache, else fetched into it. */
    public static Path smolLmFile() {
        return ModelStore.fromEnvironment().resolve(ModelStore.DEFAULT_MODEL, Progress.SILENT);
    }

    public static int[] ids(JsonNode array) {
        return JSON.convertValue(array, int[].class);
    }

    public static String[] strings(JsonNode array) {
        return JSON.convertValue(array, String[].class);
    }

    public static List<ChatMessage> messages(JsonNode array) {
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : array) {
            Role role = Role.valueOf(message.get("role").asText().toUpperCase(Locale.ROOT));
            messages.add(new ChatMessage(role, message.get("content").asText()));
        }
        return messages;
    }

    private static JsonNode read(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
            return JSON.readTree(Objects.requireNonNull(in, name));
        } catch (IOException e) {
            throw new IllegalStateException("test resource golden/" + name + " is unreadable", e);
        }
    }
}
