package dev.rejoinder.trainer.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.trainer.Pairs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SplitTest {
    private static final Split TENTH = new Split(0.1);

    @Test
    void nobodyIsOnBothSides() {
        Snapshot snapshot = TENTH.of(Pairs.of(100, 25), 100);

        Set<String> trained = users(snapshot.train());
        Set<String> heldOut = users(snapshot.heldOut());
        assertThat(heldOut).isNotEmpty().doesNotContainAnyElementsOf(trained);
        assertThat(snapshot.heldOut()).hasSizeBetween(10, 13);
        assertThat(snapshot.all()).hasSize(100);
    }

    @Test
    void theOrderOfThePairsDoesNotDecideWhoIsHeldOut() {
        List<Pair> pairs = new ArrayList<>(Pairs.of(60, 30));
        Set<String> heldOut = users(TENTH.of(pairs, 1).heldOut());
        Collections.reverse(pairs);

        assertThat(users(TENTH.of(pairs, 1).heldOut())).isEqualTo(heldOut);
    }

    @Test
    void oneBusyUserIsNeverHeldOutWithMostOfThePairs() {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 30; i++) pairs.add(Pairs.pair(i, "busy"));
        pairs.add(Pairs.pair(30, "quiet"));

        assertThat(users(TENTH.of(pairs, 31).heldOut())).containsExactly("quiet");
    }

    @Test
    void theOnlyUsersPromptsAreDivided() {
        Snapshot snapshot = TENTH.of(Pairs.of(20, 1), 20);

        assertThat(snapshot.heldOut()).hasSize(2);
        assertThat(snapshot.train()).hasSize(18);
    }

    @Test
    void aSinglePromptCannotBeDivided() {
        assertThat(TENTH.of(Pairs.of(1, 1), 1).heldOut()).isEmpty();
    }

    private static Set<String> users(List<Pair> pairs) {
        return pairs.stream().map(p -> p.provenance().userHash()).collect(Collectors.toSet());
    }
}
