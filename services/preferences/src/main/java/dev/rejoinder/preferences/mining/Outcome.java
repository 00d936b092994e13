package dev.rejoinder.preferences.mining;

import dev.rejoinder.kernel.id.Digests;
import dev.rejoinder.proto.preferences.v1.Origin;
import dev.rejoinder.proto.preferences.v1.RejectReason;
import java.util.List;

/** What became of a proposal. */
public sealed interface Outcome {
    /** The judged reply that brought it up. */
    Judged cause();

    /**
     * The follow-up, or FLR, says that it is better by a margin.
     *
     * @param margin nats per token
     * @param score of the chosen reply to the prompt alone
     */
    record Verified(Proposal proposal, double margin, Scorer.Score score) implements Outcome {
        @Override
        public Judged cause() {
            return proposal.cause();
        }
    }

    /** It is not to be trained on. */
    record Dropped(
            Judged cause, Origin origin, String pairId, RejectReason reason, List<String> signalIds)
            implements Outcome {
        public Dropped {
            signalIds = List.copyOf(signalIds);
        }

        public static Dropped of(Proposal proposal, RejectReason reason) {
            return new Dropped(
                    proposal.cause(),
                    proposal.origin(),
                    proposal.pairId(),
                    reason,
                    proposal.lineage().signalIds());
        }

        /**
         * Nothing was even proposed. The id is made of the signal alone: no digest of the text of a
         * user who did not agree is kept.
         */
        static Dropped unasked(Judged cause, Origin origin, RejectReason reason) {
            return new Dropped(
                    cause, origin, Digests.id("no-pair", cause.id()), reason, List.of(cause.id()));
        }
    }
}
