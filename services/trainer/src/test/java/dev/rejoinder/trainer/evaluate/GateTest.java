package dev.rejoinder.trainer.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.trainer.evaluate.Measurements.Change;
import dev.rejoinder.trainer.evaluate.Measurements.Complaints;
import dev.rejoinder.trainer.evaluate.Measurements.HeldOut;
import dev.rejoinder.trainer.evaluate.Measurements.Text;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final Gate GATE =
            new Gate(new GateLimits(0.55, 0, 1.03, -1.2, 0.8, 0.8, 0, 0, 1e-3));

    private static final ReplyStatistics CHAMPION = new ReplyStatistics(20, 0, 0, 0.9, 0.95, 70);

    /** A healthy adapter that learned to be brief, with one thing changed. */
    private static List<String> failuresOf(
            HeldOut heldOut, Complaints complaints, Text text, double logProb, ReplyStatistics s) {
        return failures(
                new Measurements(
                        heldOut, complaints, text, logProb, s, CHAMPION, 0.3, new Change(0.2, 2)));
    }

    private static List<String> failures(Measurements m) {
        return GATE.check(m).failures();
    }

    private static final HeldOut TOLD = new HeldOut(10, 0.9);
    private static final Complaints FEWER = new Complaints(10, 0.3, 0.05, 0.2);
    private static final Text KEPT = new Text(20, 20.2);
    private static final ReplyStatistics BRIEF = new ReplyStatistics(20, 0, 0, 0.92, 0.9, 19);

    @Test
    void aBrieferChampionPasses() {
        assertThat(failuresOf(TOLD, FEWER, KEPT, -0.95, BRIEF)).isEmpty();
    }

    @Test
    void anAdapterThatCannotTellHeldOutPairsApartIsNamed() {
        assertThat(failuresOf(new HeldOut(10, 0.5), FEWER, KEPT, -0.95, BRIEF))
                .containsExactly("held_out_accuracy");
    }

    @Test
    void complaintsThatBecameLikelierAreNamed() {
        assertThat(failuresOf(TOLD, new Complaints(10, -0.2, 0.05, 0.2), KEPT, -0.95, BRIEF))
                .containsExactly("follow_up_gain");
    }

    @Test
    void noiseAndWhatEvenTheWishedForRepliesDoNotReachRefuseNobody() {
        assertThat(failuresOf(TOLD, new Complaints(10, -0.09, 0.05, 0.2), KEPT, -0.95, BRIEF))
                .isEmpty();
        assertThat(failuresOf(TOLD, new Complaints(10, -0.2, 0.05, -0.15), KEPT, -0.95, BRIEF))
                .isEmpty();
    }

    @Test
    void withoutFollowUpsNothingIsSaidAboutThem() {
        Measurements m =
                new Measurements(
                        TOLD,
                        new Complaints(0, 0, Double.POSITIVE_INFINITY, 0),
                        KEPT,
                        -0.95,
                        BRIEF,
                        CHAMPION,
                        0.3,
                        new Change(0.2, 2));

        assertThat(GATE.check(m).checks())
                .extracting(GateCheck::name)
                .doesNotContain("follow_up_gain");
    }

    @Test
    void forgottenLanguageIsNamed() {
        assertThat(failuresOf(TOLD, FEWER, new Text(20, 20.7), -0.95, BRIEF))
                .containsExactly("perplexity_ratio");
    }

    @Test
    void brokenRepliesAreNamed() {
        assertThat(failuresOf(TOLD, FEWER, KEPT, -1.5, BRIEF)).containsExactly("base_log_prob");
    }

    @Test
    void noReplyAtAllIsNeverFluent() {
        assertThat(failuresOf(TOLD, FEWER, KEPT, Double.NaN, BRIEF))
                .containsExactly("base_log_prob");
    }

    @Test
    void silenceIsNamed() {
        assertThat(
                        failuresOf(
                                TOLD,
                                FEWER,
                                KEPT,
                                -0.95,
                                new ReplyStatistics(20, 1, 0, 0.92, 0.9, 19)))
                .containsExactly("empty_replies");
    }

    @Test
    void collapseOntoOneReplyIsNamed() {
        assertThat(
                        failuresOf(
                                TOLD,
                                FEWER,
                                KEPT,
                                -0.95,
                                new ReplyStatistics(20, 0, 12, 0.3, 0.2, 19)))
                .containsExactly("repeated_replies", "diversity", "on_topic");
    }

    @Test
    void aLengthThatNobodyAskedForIsNamed() {
        assertThat(
                        failuresOf(
                                TOLD,
                                FEWER,
                                KEPT,
                                -0.95,
                                new ReplyStatistics(20, 0, 0, 0.92, 0.9, 2)))
                .containsExactly("length_ratio_floor");
        assertThat(
                        failuresOf(
                                TOLD,
                                FEWER,
                                KEPT,
                                -0.95,
                                new ReplyStatistics(20, 0, 0, 0.92, 0.9, 200)))
                .containsExactly("length_ratio");
    }

    @Test
    void anUpdateThatChangedNothingIsNamed() {
        Measurements still =
                new Measurements(TOLD, FEWER, KEPT, -0.95, BRIEF, CHAMPION, 0.3, new Change(0, 0));

        assertThat(failures(still)).containsExactly("change", "gradient_norm");
    }
}
