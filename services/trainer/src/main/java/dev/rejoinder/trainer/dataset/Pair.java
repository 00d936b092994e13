package dev.rejoinder.trainer.dataset;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.lm.chat.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A preference pair: two replies to one prompt, the better first.
 *
 * @param id the preferences service's id
 * @param prompt all messages before the reply, at least one
 */
public record Pair(
        String id, List<ChatMessage> prompt, Reply chosen, Reply rejected, Provenance provenance) {
    public Pair {
        if (id.isBlank()) throw new IllegalArgumentException("a pair without an id");
        if (prompt.isEmpty())
            throw new IllegalArgumentException("pair " + id + " has an empty prompt");
        prompt = List.copyOf(prompt);
        Objects.requireNonNull(chosen);
        Objects.requireNonNull(rejected);
    }

    /**
     * A reply.
     *
     * @param complete whether it ended by itself, so that the end of the turn belongs to it
     */
    public record Reply(String text, boolean complete) {
        public Reply {
            Objects.requireNonNull(text);
        }
    }

    /**
     * Where a pair came from.
     *
     * @param followUp what the user said after the rejected reply; empty if nothing is known
     * @param chosenMeanLogProb mean log-probability of the chosen reply's tokens under the base
     */
    public record Provenance(
            Origin origin,
            String userHash,
            List<String> turnIds,
            List<String> signalIds,
            String followUp,
            double chosenMeanLogProb) {
        public Provenance {
            turnIds = List.copyOf(turnIds);
            signalIds = List.copyOf(signalIds);
        }
    }

    /** SHA-256 over everything that training reads, lower-case hex. */
    public String digest() {
        List<String> parts = new ArrayList<>();
        parts.add(id);
        for (ChatMessage m : prompt) {
            parts.add(m.role().label());
            parts.add(m.content());
        }
        for (Reply reply : List.of(chosen, rejected)) {
            parts.add(reply.text());
            parts.add(String.valueOf(reply.complete()));
        }
        return Digests.sha256(parts.toArray(String[]::new));
    }

    /** Names the prompt: equal for equal messages. */
    public String promptDigest() {
        return Digests.sha256(
                prompt.stream()
                        .flatMap(m -> java.util.stream.Stream.of(m.role().label(), m.content()))
                        .toArray(String[]::new));
    }
}
