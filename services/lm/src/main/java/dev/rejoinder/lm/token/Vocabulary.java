package dev.rejoinder.lm.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens of a model by id, and the merges that build them; the same whichever file they came
 * from.
 *
 * @param tokens {@code tokens.get(id)}, spelled in the model's alphabet; added tokens as plain text
 * @param kinds one for each token
 * @param merges pairs in order of priority, joined by a space
 */
public record Vocabulary(List<String> tokens, List<Kind> kinds, List<String> merges) {
    /** What a token stands for. */
    public enum Kind {
        /** A piece of text; only these come out of plain text. */
        NORMAL,
        /** A whole word that was added after training, such as {@code <think>}: text, too. */
        ADDED,
        /** A mark that is no text, such as {@code <|im_end|>}. */
        SPECIAL,
        /** An id without meaning, kept so that the table has a round size. */
        UNUSED
    }

    public Vocabulary {
        tokens = List.copyOf(tokens);
        kinds = List.copyOf(kinds);
        merges = List.copyOf(merges);
        if (tokens.isEmpty()) throw new IllegalArgumentException("the vocabulary is empty");
        if (tokens.size() != kinds.size()) {
            throw new IllegalArgumentException(
                    "%d tokens and %d token types; one for each is needed"
                            .formatted(tokens.size(), kinds.size()));
        }
    }

    /** Tokens of a kind, as text, to their ids. */
    public Map<String, Integer> ofKind(Kind kind) {
        Map<String, Integer> found = new LinkedHashMap<>();
        for (int id = 0; id < tokens.size(); id++) {
            if (kinds.get(id) == kind) found.put(tokens.get(id), id);
        }
        return found;
    }

    /** SHA-256 over tokens, merges and chat template, as lower-case hex. */
    String digest(String template) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            tokens.forEach(token -> update(sha, token));
            update(sha, "merges");
            merges.forEach(merge -> update(sha, merge));
            update(sha, "template");
            update(sha, template);
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void update(MessageDigest sha, String part) {
        sha.update(part.getBytes(StandardCharsets.UTF_8));
        sha.update((byte) 0);
    }
}
