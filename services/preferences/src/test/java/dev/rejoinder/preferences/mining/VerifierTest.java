package dev.rejoinder.preferences.mining;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.preferences.Signals;
import dev.rejoinder.preferences.mining.Outcome.Verified;
import dev.rejoinder.proto.chat.v1.Message;
import dev.rejoinder.proto.preferences.v1.Origin;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerifierTest {
    private static final String PLAIN = "Brest lies in Brittany, at the western end of France.";
    private static final String ROUNDABOUT =
            "Brest lies in Brittany, which is a region at the western end of a country that is"
                    + " called France and lies in Europe.";

    /** Every follow-up is likelier after the long reply; each token costs what the reply says. */
    private static final Scorer SCORER =
            new Scorer() {
                @Override
                public List<Score> score(List<Question> questions) {
                    return questions.stream().map(q -> score(q)).toList();
                }

                private Score score(Question q) {
                    int tokens = q.reply().split(" ").length;
                    double perToken = q.reply().equals(PLAIN) ? -1.0 : -0.8;
                    double complaint = q.reply().equals(Signals.LONG_REPLY) ? -2 : -3;
                    return new Score(
                            perToken * tokens, tokens, List.of(complaint, -2.0, -2.0, -2.0));
                }

                @Override
                public List<Double> rewards(List<Message> prompt, List<String> replies) {
                    throw new UnsupportedOperationException("no reward is asked for here");
                }
            };

    @Test
    void theLikeliestReplyIsTheOneWhoseWholeTextCostsTheLeastNotTheOneWithTheBestMean() {
        Judged judged = Judged.of(Signals.complaint("Brest"));
        Rules rules =
                new Rules(
                        new Rules.OnPolicy(2, 0, 64, 1),
                        new Rules.BestOfN(0, 2, 64, 0),
                        new Rules.Curation(0, -1.6, 3, 0.9));

        List<Outcome> outcomes =
                new Verifier(rules, SCORER)
                        .verify(List.of(proposal(judged, ROUNDABOUT), proposal(judged, PLAIN)));

        assertThat(outcomes).singleElement().isInstanceOf(Verified.class);
        assertThat(((Verified) outcomes.getFirst()).proposal().chosen().text()).isEqualTo(PLAIN);
    }

    private static Proposal proposal(Judged judged, String reply) {
        return judged.proposal(
                Origin.ORIGIN_ON_POLICY, new Proposal.Side(reply, true), List.of(), List.of());
    }
}
