package dev.rejoinder.lm.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rejoinder.lm.token.Vocabulary.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A tokenizer.json of Hugging Face's tokenizers, taken apart. */
record TokenizerJson(ObjectNode root, Vocabulary vocabulary, Alphabet alphabet) {
    /** Larger than any known vocabulary; an id beyond it is a damaged file. */
    private static final int LARGEST_ID = 4_000_000;

    private static final String PREPEND = "prepend_scheme";

    static TokenizerJson parse(String text) {
        try {
            if (!(new ObjectMapper().readTree(text) instanceof ObjectNode root)) {
                throw new IllegalArgumentException("it is no JSON object");
            }
            String type = root.path("model").path("type").asText("BPE");
            if (!type.equals("BPE") || !root.path("model").path("vocab").isObject()) {
                throw new IllegalArgumentException(
                        "its model is of type %s; only BPE is supported".formatted(type));
            }
            return new TokenizerJson(root, vocabulary(root), alphabet(root));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it is no JSON", e);
        }
    }

    /** Whether a space goes in front of the first text but not of those behind special tokens. */
    boolean startsDifferently() {
        return root.path("pre_tokenizer").findValuesAsText(PREPEND).contains("first");
    }

    /** The tokenizer for text behind a special token. */
    ObjectNode insideRoot() {
        ObjectNode inside = root.deepCopy();
        for (JsonNode part : inside.path("pre_tokenizer").findParents(PREPEND)) {
            if (part instanceof ObjectNode step && step.get(PREPEND).asText().equals("first")) {
                step.put(PREPEND, "never");
            }
        }
        return inside;
    }

    private static Vocabulary vocabulary(ObjectNode root) {
        record Token(String text, Kind kind) {}
        TreeMap<Integer, Token> byId = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : root.path("model").path("vocab").properties()) {
            byId.put(id(entry.getValue()), new Token(entry.getKey(), Kind.NORMAL));
        }
        for (JsonNode added : root.path("added_tokens")) {
            Kind kind = added.path("special").asBoolean() ? Kind.SPECIAL : Kind.ADDED;
            byId.put(id(added.path("id")), new Token(added.path("content").asText(), kind));
        }
        if (byId.isEmpty()) throw new IllegalArgumentException("its vocabulary is empty");
        List<String> tokens = new ArrayList<>();
        List<Kind> kinds = new ArrayList<>();
        for (int id = 0; id <= byId.lastKey(); id++) {
            Token token = byId.getOrDefault(id, new Token("", Kind.UNUSED));
            tokens.add(token.text);
            kinds.add(token.kind);
        }
        return new Vocabulary(tokens, kinds, merges(root));
    }

    private static int id(JsonNode node) {
        int id = node.asInt(-1);
        if (id >= 0 && id <= LARGEST_ID) return id;
        throw new IllegalArgumentException(
                "token id %s is not between 0 and %d".formatted(node, LARGEST_ID));
    }

    /** Written as {@code "a b"} before tokenizers 0.20, as {@code ["a", "b"]} since. */
    private static List<String> merges(ObjectNode root) {
        List<String> merges = new ArrayList<>();
        for (JsonNode merge : root.path("model").path("merges")) {
            merges.add(
                    merge.isArray()
                            ? merge.path(0).asText() + " " + merge.path(1).asText()
                            : merge.asText());
        }
        return merges;
    }

    private static Alphabet alphabet(ObjectNode root) {
        List<String> types = new ArrayList<>(root.path("pre_tokenizer").findValuesAsText("type"));
        types.addAll(root.path("decoder").findValuesAsText("type"));
        if (types.contains("ByteLevel")) return new ByteLevelAlphabet();
        if (!root.path("model").path("byte_fallback").asBoolean()) {
            throw new IllegalArgumentException(
                    "its tokens are neither byte-level nor have bytes to fall back on");
        }
        boolean strips = root.path("decoder").findValuesAsText("type").contains("Strip");
        return new SpaceMarkerAlphabet(strips);
    }
}
