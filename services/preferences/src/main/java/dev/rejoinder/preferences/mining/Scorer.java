package dev.rejoinder.preferences.mining;

import dev.rejoinder.proto.chat.v1.Message;
import java.util.List;

/** Likelihoods under the base model. */
public interface Scorer {
    /**
     * A reply and what the user said to it, or may have.
     *
     * @param followUp empty if only the reply is scored
     */
    record Question(List<Message> prompt, String reply, String followUp) {
        public Question {
            prompt = List.copyOf(prompt);
        }
    }

    /**
     * Nats per token.
     *
     * @param replyMeanLogProb mean log-prob of the reply's tokens
     * @param followUpMeanLogProb s(f | x, y) of FLR; 0 where no follow-up was asked for
     */
    record Score(double replyMeanLogProb, double followUpMeanLogProb) {}

    /** Scores all questions, in their order. */
    List<Score> score(List<Question> questions);

    /** FLR of each reply to the prompt, corrected by that of an empty reply; in their order. */
    List<Double> rewards(List<Message> prompt, List<String> replies);
}
