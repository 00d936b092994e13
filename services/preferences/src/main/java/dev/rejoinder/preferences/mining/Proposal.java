package dev.rejoinder.preferences.mining;

import dev.rejoinder.preferences.curation.PairId;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.chat.v1.ModelVersion;
import dev.rejoinder.proto.preferences.v1.Origin;
import java.util.List;

/**
 * Two replies to one prompt of which the first may be better, and where they come from.
 *
 * @param cause the judged reply whose arrival brought the proposal up; its user answers for it
 * @param chosen the reply that may be better
 * @param rejected the reply that may be worse
 * @param followUp what the user said to the rejected reply; empty if nobody did
 * @param lineage what it was built from
 */
public record Proposal(
        Judged cause,
        Origin origin,
        List<Message> prompt,
        Side chosen,
        Side rejected,
        String followUp,
        Lineage lineage) {
    /** A reply, and whether it ended by itself. */
    public record Side(String text, boolean complete) {}

    /**
     * @param version who wrote the rejected reply
     */
    public record Lineage(List<String> turnIds, List<String> signalIds, ModelVersion version) {
        public Lineage {
            turnIds = List.copyOf(turnIds);
            signalIds = List.copyOf(signalIds);
        }
    }

    public Proposal {
        prompt = List.copyOf(prompt);
    }

    public String pairId() {
        return PairId.of(prompt, chosen.text(), rejected.text());
    }
}
