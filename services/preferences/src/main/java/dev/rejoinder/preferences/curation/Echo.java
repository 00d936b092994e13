package dev.rejoinder.preferences.curation;

import java.util.HashSet;
import java.util.Set;

/**
 * The words of a follow-up that neither the prompt nor the rejected reply has. A reply that takes
 * up such words speaks about the follow-up, whatever was wished for and in whatever language:
 * nothing else could have brought them in. One word may be chance, unless it stands in a frame
 * before the answer ("In plain terms: ...").
 */
final class Echo {
    /** As many shared words are no longer chance. */
    private static final int ENOUGH = 2;

    /** A frame is at most so many words before a colon, comma, dash or line break. */
    private static final int LONGEST_FRAME = 9;

    private final Set<String> fresh;

    Echo(String context, String followUp) {
        fresh = new HashSet<>(ContentWords.of(followUp));
        fresh.removeAll(ContentWords.of(context));
    }

    boolean isHeardIn(String reply) {
        long shared = ContentWords.of(reply).stream().filter(fresh::contains).count();
        return shared >= ENOUGH || (shared > 0 && isHeardInFrameOf(reply));
    }

    private boolean isHeardInFrameOf(String reply) {
        String[] parts = reply.strip().split("[:,\\n–—]", 2);
        return parts.length == 2
                && NormalText.words(parts[0]).size() <= LONGEST_FRAME
                && ContentWords.of(parts[0]).stream().anyMatch(fresh::contains);
    }
}
