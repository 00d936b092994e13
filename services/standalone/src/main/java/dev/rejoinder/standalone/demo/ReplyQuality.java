package dev.rejoinder.standalone.demo;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What can be counted about replies to the held-out questions.
 *
 * @param met share that is as the users like it
 * @param meanWords mean length
 * @param sharedWord share that has a content word in common with its prompt
 * @param empty replies that say nothing
 * @param repeated replies given to more than one prompt
 */
public record ReplyQuality(
        int replies, double met, double meanWords, double sharedWord, int empty, int repeated) {
    static ReplyQuality of(List<Exchange> exchanges) {
        Map<String, Set<String>> promptsByReply = new HashMap<>();
        for (Exchange e : exchanges)
            if (!e.reply().isBlank())
                promptsByReply
                        .computeIfAbsent(e.reply().strip(), r -> new HashSet<>())
                        .add(e.prompt());
        return new ReplyQuality(
                exchanges.size(),
                share(exchanges, Exchange::met),
                exchanges.stream()
                        .mapToInt(e ->
                                e.reply().isBlank() ? 0 : e.reply().strip().split("\\s+").length)
                        .average()
                        .orElse(0),
                share(exchanges, e -> ContentWords.shared(e.prompt(), e.reply())),
                (int) exchanges.stream().filter(e -> e.reply().isBlank()).count(),
                (int) promptsByReply.values().stream().filter(p -> p.size() > 1).count());
    }

    private static double share(
            List<Exchange> exchanges, java.util.function.Predicate<Exchange> holds) {
        return exchanges.isEmpty()
                ? 0
                : (double) exchanges.stream().filter(holds).count() / exchanges.size();
    }
}
