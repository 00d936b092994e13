package dev.rejoinder.lm.read;

import dev.rejoinder.lm.token.Vocabulary;
import dev.rejoinder.lm.token.Vocabulary.Kind;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Tokens at which a reply ends: what the files say, and the marks every family uses for it. */
final class StopTokens {
    private static final Set<String> ENDS =
            Set.of(
                    "<|endoftext|>",
                    "<|end_of_text|>",
                    "<|im_end|>",
                    "<|eot_id|>",
                    "<|eom_id|>",
                    "</s>");

    private StopTokens() {}

    static Set<Integer> of(Vocabulary vocabulary, Collection<Integer> stated) {
        Set<Integer> stops = new HashSet<>(stated);
        for (Map.Entry<String, Integer> token : vocabulary.ofKind(Kind.SPECIAL).entrySet()) {
            if (ENDS.contains(token.getKey())) stops.add(token.getValue());
        }
        return Set.copyOf(stops);
    }
}
