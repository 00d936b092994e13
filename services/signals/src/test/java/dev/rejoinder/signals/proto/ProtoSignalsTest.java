package dev.rejoinder.signals.proto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.proto.signals.v1.SignalEvent;
import dev.rejoinder.signals.detect.Category;
import dev.rejoinder.signals.detect.DialogueState;
import dev.rejoinder.signals.detect.Reading;
import dev.rejoinder.signals.detect.Verdict;
import dev.rejoinder.signals.join.Conversation;
import dev.rejoinder.signals.join.FollowedTurn;
import dev.rejoinder.signals.join.Turn;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProtoSignalsTest {
    private static Reading reading(String detector) {
        return new Reading(
                0.1,
                0.9,
                Verdict.NO,
                Verdict.YES,
                List.of(Category.STYLE),
                DialogueState.REFINEMENT,
                detector);
    }

    @ParameterizedTest
    @EnumSource(Category.class)
    void everyCategoryStandsInTheContract(Category category) {
        assertThat(ProtoSignals.category(category).name()).isEqualTo("CATEGORY_" + category.name());
    }

    @Test
    void theContractHasNoCategoryWeDoNotKnow() {
        assertThat(
                        Arrays.stream(dev.rejoinder.proto.signals.v1.Category.values())
                                .map(Enum::name)
                                .filter(n ->
                                        !n.endsWith("UNSPECIFIED") && !n.equals("UNRECOGNIZED")))
                .containsExactlyElementsOf(
                        Arrays.stream(Category.values()).map(c -> "CATEGORY_" + c.name()).toList());
    }

    @Test
    void theSameJoinAndDetectorGiveTheSameBytesAndAnotherDetectorAnotherId() {
        Conversation chat = new Conversation("c", "u");
        Turn first = chat.turn("a", "b");
        FollowedTurn followed = new FollowedTurn(first, chat.turn("c", "d"));

        SignalEvent once = ProtoSignals.event(followed, reading("x/1"));

        assertThat(ProtoSignals.event(followed, reading("x/1")).toByteArray())
                .isEqualTo(once.toByteArray());
        assertThat(ProtoSignals.event(followed, reading("x/2")).getEventId())
                .isNotEqualTo(once.getEventId());
    }

    @Test
    void aTurnSurvivesBeingKept() {
        Turn turn = new Conversation("c", "u").turn("ä <|im_end|>", "b");

        assertThat(ProtoTurns.turn(ProtoTurns.body(turn))).isEqualTo(turn);
    }
}
