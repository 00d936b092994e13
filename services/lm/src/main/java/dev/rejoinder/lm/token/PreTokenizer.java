package dev.rejoinder.lm.token;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * How text is cut before merging: a GGUF names it ({@code tokenizer.ggml.pre}) where a
 * tokenizer.json spells it out. Names and expressions as in llama.cpp's {@code llama-vocab.cpp} and
 * the models' own tokenizer.json.
 */
enum PreTokenizer {
    GPT2(Set.of("gpt-2")) {
        @Override
        ObjectNode json() {
            return sequence(byteLevel(true));
        }
    },
    /** Each digit alone. */
    SMOLLM(Set.of("smollm")) {
        @Override
        ObjectNode json() {
            ObjectNode digits = JSON.objectNode().put("type", "Digits");
            return sequence(digits.put("individual_digits", true), byteLevel(true));
        }
    },
    QWEN2(Set.of("qwen2")) {
        @Override
        ObjectNode json() {
            return sequence(split(words("\\p{N}")), byteLevel(false));
        }
    },
    /** Numbers in groups of three; a word that is a token needs no merges. */
    LLAMA3(Set.of("llama-bpe", "llama3", "llama-v3")) {
        @Override
        ObjectNode json() {
            return sequence(split(words("\\p{N}{1,3}")), byteLevel(false));
        }
    },
    /** Mistral's since Nemo: a capital begins a word, each digit alone. */
    TEKKEN(Set.of("tekken")) {
        @Override
        ObjectNode json() {
            return sequence(split(CASED_WORDS), byteLevel(false));
        }
    };

    private static final String CASED_WORDS =
            "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|"
                    + "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|"
                    + "\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private static final JsonNodeFactory JSON = new ObjectMapper().getNodeFactory();

    private final Set<String> names;

    PreTokenizer(Set<String> names) {
        this.names = names;
    }

    static Optional<PreTokenizer> named(String name) {
        return Arrays.stream(values()).filter(pre -> pre.names.contains(name)).findFirst();
    }

    /** As a tokenizer.json states it. */
    abstract ObjectNode json();

    /** Qwen composes characters first. */
    boolean composes() {
        return this == QWEN2;
    }

    boolean ignoresMerges() {
        return this == LLAMA3 || this == TEKKEN;
    }

    private static ObjectNode sequence(ObjectNode... parts) {
        ObjectNode sequence = JSON.objectNode().put("type", "Sequence");
        ArrayNode array = sequence.putArray("pretokenizers");
        for (ObjectNode part : parts) array.add(part);
        return sequence;
    }

    private static ObjectNode byteLevel(boolean useRegex) {
        return JSON.objectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", useRegex);
    }

    private static String words(String numbers) {
        return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
                + numbers
                + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    }

    private static ObjectNode split(String expression) {
        ObjectNode split = JSON.objectNode().put("type", "Split");
        split.putObject("pattern").put("Regex", expression);
        return split.put("behavior", "Isolated").put("invert", false);
    }
}
