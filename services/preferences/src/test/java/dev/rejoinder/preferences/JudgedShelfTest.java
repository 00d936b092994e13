package dev.rejoinder.preferences;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.preferences.mining.Judged;
import dev.rejoinder.preferences.mining.jdbc.JudgedShelf;
import dev.rejoinder.proto.preferences.v1.JudgedReply;
import dev.rejoinder.proto.preferences.v1.ReplyVerdict;
import dev.rejoinder.proto.signals.v1.SignalEvent;
import dev.rejoinder.proto.signals.v1.Verdict;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Judged replies from a real database. */
class JudgedShelfTest {
    private static final Verdict NO = Verdict.VERDICT_NO;
    private static Parts parts;

    @BeforeAll
    static void start() {
        parts = Parts.withoutKafka();
    }

    @AfterAll
    static void stop() {
        parts.close();
    }

    @BeforeEach
    void forget() {
        parts.forgetEverything();
    }

    @Test
    void verdictsComeWithWhatWasSaidOldestFirst() {
        hear(Signals.complaint("Brest"));
        hear(Signals.satisfaction("Brest"));

        List<JudgedReply> replies = newest(10);

        assertThat(replies)
                .extracting(JudgedReply::getTurnId)
                .containsExactly("turn-Brest-1", "turn-Brest-2");
        assertThat(replies)
                .extracting(JudgedReply::getVerdict)
                .containsExactly(
                        ReplyVerdict.REPLY_VERDICT_DISSATISFIED,
                        ReplyVerdict.REPLY_VERDICT_SATISFIED);
        JudgedReply first = replies.getFirst();
        assertThat(first.getReply()).isEqualTo(Signals.LONG_REPLY);
        assertThat(first.getUserKey()).isEqualTo("user:user-of-Brest");
        assertThat(newest(1)).containsExactly(replies.getLast());
    }

    @Test
    void whoDidNotAgreeAndWhoSaidNothingOfItIsLeftOut() {
        hear(Signals.with(Signals.complaint("Brest"), s -> s.setTrainingConsent(false)));
        hear(
                Signals.with(
                        Signals.complaint("Cadiz"),
                        s -> s.setSignal(s.getSignal().toBuilder().setDsatVerdict(NO))));

        assertThat(newest(10)).isEmpty();
    }

    @Test
    void thanksAndAComplaintInOneMessageAreAComplaint() {
        hear(
                Signals.with(
                        Signals.complaint("Brest"),
                        s ->
                                s.setSignal(
                                        s.getSignal().toBuilder()
                                                .setSatVerdict(Verdict.VERDICT_YES))));

        assertThat(newest(10))
                .extracting(JudgedReply::getVerdict)
                .containsExactly(ReplyVerdict.REPLY_VERDICT_DISSATISFIED);
    }

    @Test
    void ofSeveralSignalsOfOneTurnTheNewestCounts() {
        SignalEvent complaint = Signals.complaint("Brest");
        SignalEvent secondThought =
                Signals.with(
                                complaint,
                                s ->
                                        s.setSignal(
                                                s.getSignal().toBuilder()
                                                        .setDsatVerdict(NO)
                                                        .setSatVerdict(Verdict.VERDICT_YES)
                                                        .setDetector("testing/2")))
                        .toBuilder()
                        .setEventId("second-thought")
                        .build();
        hear(complaint);
        hear(secondThought);

        assertThat(newest(10))
                .extracting(JudgedReply::getVerdict)
                .containsExactly(ReplyVerdict.REPLY_VERDICT_SATISFIED);
    }

    private static void hear(SignalEvent event) {
        parts.ledger().remember(List.of(Judged.of(event)));
    }

    private static List<JudgedReply> newest(int most) {
        return new JudgedShelf(parts.jdbi).newest(most);
    }
}
