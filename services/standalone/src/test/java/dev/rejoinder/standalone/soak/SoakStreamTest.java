package dev.rejoinder.standalone.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.bench.soak.Leaving;
import dev.rejoinder.bench.soak.Outcome;
import dev.rejoinder.lm.generate.FinishReason;
import dev.rejoinder.lm.generate.GeneratedToken;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SoakStreamTest {
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private int cancels;

    @Test
    void aReplyThatIsTakenWholeFinishes() {
        SoakStream stream = asked(new Leaving.Never());

        stream.begun();
        stream.token(token());
        end(stream, FinishReason.LENGTH, null);

        assertThat(cancels).isZero();
        assertThat(outcomes).containsExactly(Outcome.FINISHED);
        assertThat(faults).isEmpty();
    }

    @Test
    void oneLeavesAsSoonAsItHasAsked() {
        SoakStream stream = asked(new Leaving.Waiting());
        end(stream, FinishReason.CANCELLED, null);

        assertThat(cancels).isOne();
        assertThat(outcomes).containsExactly(Outcome.CANCELLED_WAITING);
    }

    @Test
    void oneLeavesAfterSoManyPassesWithoutAToken() {
        SoakStream stream = asked(new Leaving.Reading(2));

        stream.begun();
        assertThat(stream.passed()).isTrue();
        assertThat(cancels).isZero();
        stream.passed();
        end(stream, FinishReason.CANCELLED, null);

        assertThat(cancels).isOne();
        assertThat(outcomes).containsExactly(Outcome.CANCELLED_READING);
    }

    @Test
    void oneLeavesAfterSoManyTokens() {
        SoakStream stream = asked(new Leaving.Decoding(2));

        stream.begun();
        stream.token(token());
        assertThat(cancels).isZero();
        stream.token(token());
        end(stream, FinishReason.CANCELLED, null);

        assertThat(cancels).isOne();
        assertThat(outcomes).containsExactly(Outcome.CANCELLED_DECODING);
    }

    /** The batch may take a request before the one who asked has its ticket. */
    @Test
    void oneThatLeavesBeforeItHasItsTicketCancelsOnceItHas() {
        SoakStream stream = new SoakStream(new Leaving.Reading(0), new Notes());
        stream.begun();
        assertThat(cancels).isZero();

        stream.asked(() -> cancels++);

        assertThat(cancels).isOne();
    }

    @Test
    void whatEndsTwiceOrUnaskedOrWithAnErrorIsAFault() {
        SoakStream twice = asked(new Leaving.Never());
        end(twice, FinishReason.STOP, null);
        end(twice, FinishReason.STOP, null);
        end(asked(new Leaving.Never()), FinishReason.CANCELLED, null);
        end(asked(new Leaving.Never()), FinishReason.ERROR, new IllegalStateException("broken"));

        assertThat(outcomes).containsExactly(Outcome.FINISHED, Outcome.FAILED, Outcome.FAILED);
        assertThat(faults).hasSize(3);
        assertThat(faults.get(0)).contains("twice");
        assertThat(faults.get(1)).contains("CANCELLED");
        assertThat(faults.get(2)).contains("broken");
    }

    private SoakStream asked(Leaving leaving) {
        SoakStream stream = new SoakStream(leaving, new Notes());
        stream.asked(() -> cancels++);
        return stream;
    }

    private static void end(
            SoakStream stream, FinishReason reason, @Nullable RuntimeException error) {
        stream.finished(reason, "", error);
    }

    private static GeneratedToken token() {
        return new GeneratedToken(1, "a", -1, List.of());
    }

    private final class Notes implements SoakStream.Hearer {
        @Override
        public void begun() {}

        @Override
        public void ended(Outcome outcome) {
            outcomes.add(outcome);
        }

        @Override
        public void fault(String what) {
            faults.add(what);
        }
    }
}
