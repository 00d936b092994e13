package dev.rejoinder.lm.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.lm.token.Vocabulary.Kind;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The {@code model} of a tokenizer.json kept to pieces of text: merges of letters must never end in
 * an added token. Llama 2's {@code <s>} is one that they could build.
 */
final class PlainModel {
    private PlainModel() {}

    static void keepText(ObjectNode model, Vocabulary vocabulary) {
        Map<String, Integer> text = vocabulary.ofKind(Kind.NORMAL);
        Set<String> added = new HashSet<>(vocabulary.ofKind(Kind.SPECIAL).keySet());
        added.addAll(vocabulary.ofKind(Kind.ADDED).keySet());
        JsonNode merges = model.path("merges");
        ArrayNode kept = model.putArray("merges");
        for (JsonNode merge : merges) {
            if (Collections.disjoint(added, tokens(merge))) kept.add(merge);
        }
        ObjectNode ids = model.putObject("vocab");
        text.forEach(ids::put);
        if (!text.containsKey(model.path("unk_token").asText())) model.putNull("unk_token");
    }

    /**
     * The two parts of a merge and what it makes of them. Written as {@code "a b"} before
     * tokenizers 0.20, as {@code ["a", "b"]} since; the library refuses what is neither.
     */
    private static List<String> tokens(JsonNode merge) {
        if (merge.isArray()) return tokens(merge.path(0).asText(), merge.path(1).asText());
        String[] parts = merge.asText().split(" ", 2);
        return parts.length == 2 ? tokens(parts[0], parts[1]) : List.of();
    }

    private static List<String> tokens(String left, String right) {
        return List.of(left, right, left + right);
    }
}
