package dev.rejoinder.preferences.mining;

import dev.rejoinder.proto.chat.v1.Message;
import java.util.List;

/** Likelihoods under the base model. */
public interface Scorer {
    /**
     * A reply and what the user said to it, or may have.
     *
     * @param followUps each scored as the next user turn; may be none
     */
    record Question(List<Message> prompt, String reply, List<String> followUps) {
        public Question {
            prompt = List.copyOf(prompt);
            followUps = List.copyOf(followUps);
        }
    }

    /**
     * What the base says of a reply and of what may follow it.
     *
     * @param replyLogProb log-prob of the whole reply, nats
     * @param replyTokens how many tokens that are
     * @param followUpMeanLogProbs s(f | x, y) of FLR for each follow-up, in their order, nats per
     *     token
     */
    record Score(double replyLogProb, int replyTokens, List<Double> followUpMeanLogProbs) {
        public Score {
            followUpMeanLogProbs = List.copyOf(followUpMeanLogProbs);
        }

        /** Nats per token; a reply without tokens is as unlikely as can be. */
        double replyMeanLogProb() {
            return replyTokens == 0 ? Double.NEGATIVE_INFINITY : replyLogProb / replyTokens;
        }
    }

    /** Scores all questions, in their order. */
    List<Score> score(List<Question> questions);

    /** FLR of each reply to the prompt, corrected by that of an empty reply; in their order. */
    List<Double> rewards(List<Message> prompt, List<String> replies);
}
