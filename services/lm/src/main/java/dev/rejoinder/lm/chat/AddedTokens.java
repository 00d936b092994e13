package dev.rejoinder.lm.chat;

import dev.rejoinder.lm.token.Vocabulary;
import dev.rejoinder.lm.token.Vocabulary.Kind;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that stand outside the merges, found in text: leftmost first, the longest of several. A
 * content that spells one is guarded: a character that no text uses goes into the spelling, and is
 * taken out again before the text is tokenized.
 */
final class AddedTokens {
    private static final char FIRST_PRIVATE = '\uE000';
    private static final char LAST_PRIVATE = '\uF8FF';

    private final Map<String, Integer> ids = new HashMap<>();
    private final @Nullable Pattern all;
    private final @Nullable Pattern special;

    AddedTokens(Vocabulary vocabulary) {
        Map<String, Integer> specials = vocabulary.ofKind(Kind.SPECIAL);
        ids.putAll(vocabulary.ofKind(Kind.ADDED));
        ids.putAll(specials);
        this.all = pattern(ids);
        this.special = pattern(specials);
    }

    private static @Nullable Pattern pattern(Map<String, Integer> tokens) {
        String alternatives =
                tokens.keySet().stream()
                        .filter(token -> !token.isEmpty())
                        .sorted(Comparator.comparingInt(String::length).reversed())
                        .map(Pattern::quote)
                        .collect(Collectors.joining("|"));
        return alternatives.isEmpty()
                ? null
                : Pattern.compile("(?=[" + firsts(tokens.keySet()) + "])(?:" + alternatives + ")");
    }

    /** Llama 3 has 256 tokens to look for: most characters need no look at any of them. */
    private static String firsts(Set<String> tokens) {
        return tokens.stream()
                .filter(token -> !token.isEmpty())
                .map(token -> "\\x{" + Integer.toHexString(token.codePointAt(0)) + "}")
                .distinct()
                .collect(Collectors.joining());
    }

    /** Finds every added token. */
    @Nullable Matcher find(String text) {
        return all == null ? null : all.matcher(text);
    }

    int id(String token) {
        return ids.get(token);
    }

    /** A private character that none of the texts contains. */
    static char unusedCharacter(Iterable<String> texts) {
        candidates:
        for (char guard = FIRST_PRIVATE; guard <= LAST_PRIVATE; guard++) {
            for (String text : texts) {
                if (text.indexOf(guard) >= 0) continue candidates;
            }
            return guard;
        }
        throw new IllegalArgumentException(
                "the messages use every private character of Unicode; send text");
    }

    /**
     * The content with a guard inside everything that spells an added token. What an assistant said
     * may keep words such as {@code </think>}, which templates look for; marks never.
     */
    String guarded(ChatMessage message, char guard) {
        Pattern tokens = message.role() == Role.ASSISTANT ? special : all;
        if (tokens == null) return message.content();
        return tokens.matcher(message.content())
                .replaceAll(found -> Matcher.quoteReplacement(spelled(found.group(), guard)));
    }

    private static String spelled(String token, char guard) {
        int cut = token.offsetByCodePoints(0, 1);
        return token.substring(0, cut) + guard + token.substring(cut);
    }
}
